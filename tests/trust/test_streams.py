"""Standard streams that are closed or full, by real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from .seeds import GREY

_CLOSED = "Bad file descriptor"
_FULL = "No space left on device"
_STREAM = "recon: cannot write to standard output or standard error: "
_OUTPUT = "recon: cannot write to standard output: "
_DENOISE = "denoise a.npy --sigma 25 --method nlm -o"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("a.npy", np.float32(GREY / 255))


def _run(words: str, redirections: str, buffered: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "200", "PYTHONUNBUFFERED": "" if buffered else "1"}
    command = ["sh", "-c", f'exec "$0" -m recon_cli {words} {redirections}', sys.executable]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=120, input=""
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "redirections", "code", "said"),
    [
        ("--version", ">&-", 1, _STREAM + _CLOSED),
        ("denoise --help", ">/dev/full", 1, _STREAM + _FULL),
        ("--help", ">/dev/full 2>/dev/full", 1, ""),
        ("--version", "2>&-", 0, ""),
        ("show-atoms", ">/dev/full", 1, _STREAM + _FULL),
        ("show-atoms --json", ">/dev/full", 1, _OUTPUT + _FULL),
        ("denoise - --sigma 25", "<&-", 1, f"recon: cannot read standard input: {_CLOSED}"),
        ("denoise nothing.npy --sigma 25", "2>&-", 1, ""),
        ("denoise nothing.npy --sigma 25", "<&- >&- 2>&-", 1, ""),
        (f"{_DENOISE} -", ">&- -q", 1, _OUTPUT + _CLOSED),
        (f"{_DENOISE} - -q", ">/dev/full", 1, _OUTPUT + _FULL),
    ],
)
def test_a_stream_that_is_closed_or_full_is_one_sentence(
    words: str, redirections: str, code: int, said: str
) -> None:
    done = _run(words, redirections)
    assert (done.returncode, done.stderr) == (code, f"{said}\n" if said else "")


@pytest.mark.parametrize("buffered", [False, True])
def test_the_version_on_a_full_disk_is_one_sentence(buffered: bool) -> None:
    done = _run("--version", ">/dev/full", buffered)
    assert (done.returncode, done.stderr) == (1, f"{_STREAM}{_FULL}\n")


@pytest.mark.slow
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_result_needs_no_stream_and_is_what_it_always_is(closed: str) -> None:
    """No file is taken for a stream that is closed, and no message goes into one."""
    for name, redirections in (("plain.npy", ""), ("closed.npy", closed)):
        done = _run(f"{_DENOISE} {name}", redirections)
        assert done.returncode == 0, done.stderr
    assert Path("closed.npy").read_bytes() == Path("plain.npy").read_bytes()
    assert sorted(path.name for path in Path().iterdir()) == ["a.npy", "closed.npy", "plain.npy"]
