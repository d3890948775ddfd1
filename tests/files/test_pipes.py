from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.pipes import PIPE, Pipes


class _Stream(io.BytesIO):
    def isatty(self) -> bool:
        return False


def _streams(monkeypatch: pytest.MonkeyPatch) -> tuple[_Stream, _Stream]:
    """Stand for standard input that holds a few bytes, and for standard output."""
    pair = _Stream(b"samples"), _Stream()
    for name, stream in zip(("stdin", "stdout"), pair, strict=True):
        standing = SimpleNamespace(buffer=stream, isatty=stream.isatty, flush=stream.flush)
        monkeypatch.setattr(sys, name, standing)
    return pair


def test_files_stay_what_they_are() -> None:
    with Pipes() as pipes:
        with pipes.source(Path("a.npy")) as source:
            assert source == Path("a.npy")
        assert pipes.target(Path("b.png"), ".npy") == Path("b.png")
        pipes.send()


def test_standard_input_becomes_a_file_and_a_file_standard_output(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    streams = _streams(monkeypatch)
    with Pipes() as pipes:
        target = pipes.target(PIPE, ".png")
        with pipes.source(PIPE) as source:
            assert source.read_bytes() == b"samples"
        assert target.suffix == ".png"
        target.write_bytes(b"picture")
        pipes.send()
    assert streams[1].getvalue() == b"picture"
    assert not source.parent.exists()


def test_the_folder_goes_when_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    streams, sources = _streams(monkeypatch), []

    def work() -> None:
        with Pipes() as pipes, pipes.source(PIPE) as source:
            sources.append(source)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()
    assert not sources[0].parent.exists()
    assert not streams[1].getvalue()


def test_errors_name_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    _streams(monkeypatch)

    def work() -> None:
        with Pipes() as pipes, pipes.source(PIPE) as source:
            raise ReconError(f"{source} is not k-space", 2)

    with pytest.raises(ReconError, match=r"^standard input is not k-space$") as caught:
        work()
    assert caught.value.exit_code == 2
