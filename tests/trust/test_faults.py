from __future__ import annotations

import errno
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PIL import Image

from recon_cli.models.checkpoint import recover_checkpoint
from recon_cli.models.tuned import Tuned
from recon_cli.workflows.tune.log import SearchLog

from ..cli.run import recon_here
from .seeds import GREY, TRAINING_CONFIGURATION

pytestmark = pytest.mark.slow

COMMANDS = {
    "denoise": ("denoise", "a.png", "--sigma", 25, "--mode", "unrolled", "-o", "out.png"),
    "mri": ("mri", "k.npy", "--max-iter", 5, "-o", "out.nii.gz"),
    "mri hdf5": ("mri", "k.npy", "--method", "zero-filling", "-o", "out.h5"),
    "simulate": ("mri", "--simulate", "a.png", "-o", "out.npy"),
    "train": ("train", "--config", "train.toml", "--data", ".", "-o", "out.safetensors"),
    "tune": ("tune", "a.png", "--sigma", 25, "--betas", "0.4", "--lams", "3e-4", "-o", "out.toml"),
    "show-atoms": ("show-atoms", "--picture", "a.png", "-o", "out.png"),
    "show-atoms pdf": ("show-atoms", "--picture", "a.png", "-o", "out.pdf"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(GREY).save("a.png")
    np.save("k.npy", np.fft.fftshift(np.fft.fft2(GREY / 255, norm="ortho")))
    Path("train.toml").write_bytes(TRAINING_CONFIGURATION)
    return tmp_path


def _start(*words: object, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "recon_cli", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload]


def _files() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_a_place_that_takes_no_file(monkeypatch: pytest.MonkeyPatch, name: str, code: int) -> None:
    before = _files()

    def refuse(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT:
            raise OSError(code, os.strerror(code))
        return real(path, flags, mode)

    real = os.open
    with monkeypatch.context() as patch:
        patch.setattr("recon_cli.files.atomic.os.open", refuse)
        done = recon_here(*COMMANDS[name])
    assert done.exit_code == 1
    said = done.stderr.splitlines()[-1]
    assert said.startswith("recon: cannot write out")
    assert said.endswith(os.strerror(code))
    assert _files() == before


@pytest.mark.parametrize("name", COMMANDS)
def test_a_disk_that_fills_while_a_file_is_written(name: str) -> None:
    """The system lets no file grow beyond some bytes, whoever writes it."""
    before = _files()
    limit = 40 if name in ("train", "tune") else 100
    running = _start(
        *COMMANDS[name], preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    )
    _, said = running.communicate(timeout=120)
    assert running.returncode == 1, said
    assert said.splitlines()[-1].startswith("recon: cannot write out"), said
    assert "Traceback" not in said
    assert not list(Path().rglob(".recon-*"))
    after = _files()
    assert {path: after[path] for path in before} == before
    for path in after.keys() - before.keys():
        assert path.stat().st_size <= limit
        assert path.suffix == ".jsonl"


@pytest.mark.parametrize("name", ["denoise", "mri", "train", "tune"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_any_moment(name: str, how: signal.Signals) -> None:
    chance = random.Random(f"{name} {how}")
    before = _files()
    running = _start(*COMMANDS[name])
    time.sleep(chance.uniform(0.05, 3))
    running.send_signal(how)
    _, said = running.communicate(timeout=120)
    assert running.returncode in (0, -how, 128 + how), (running.returncode, said)
    assert "Traceback" not in said
    last = (said.splitlines() or [""])[-1]
    if running.returncode > 0 and last:
        assert last.startswith(("recon: interrupted", "recon: stopped after step")), said
    assert not list(Path().rglob(".recon-*"))
    after = _files()
    assert {path: after[path] for path in before} == before


def _kill(name: str, moment: float) -> None:
    running = _start(*COMMANDS[name])
    known = set(Path().iterdir())
    while running.poll() is None and not set(Path().iterdir()) - known:
        time.sleep(0.001)
    time.sleep(moment)
    running.kill()
    running.communicate(timeout=60)


@pytest.mark.parametrize(
    ("name", "output"), [("denoise", "out.png"), ("mri", "out.nii.gz"), ("tune", "out.png")]
)
@pytest.mark.parametrize("moment", [0, 0.0003])
def test_killed_while_it_writes_a_command_leaves_no_part_of_a_file(
    name: str, output: str, moment: float
) -> None:
    _kill(name, moment)
    found = Path(output).read_bytes() if Path(output).exists() else None
    for path in Path().glob("out*"):
        path.unlink()
    done = recon_here(*COMMANDS[name])
    assert done.exit_code == 0, done.stderr
    assert found in (None, Path(output).read_bytes())


@pytest.mark.parametrize("moment", [0.0, 0.1])
def test_killed_a_search_leaves_a_log_that_loads(moment: float) -> None:
    ranges = ("--betas", "0.1:0.8:3", "--lams", "1e-4:9e-4:3")
    words = ("tune", "a.png", "--sigma", 25, *ranges, "-o", "out.toml")
    running = _start(*words)
    while running.poll() is None and not Path("out.jsonl").exists():
        time.sleep(0.001)
    time.sleep(moment)
    running.kill()
    running.communicate(timeout=60)
    done = recon_here(*words, "--resume", "--budget", 1)
    assert done.exit_code == 0, done.stderr
    with SearchLog(Path("out.jsonl"), _mark(Path("out.jsonl")), True, Tuned) as log:
        assert log.known


def test_killed_a_search_leaves_no_processes() -> None:
    ranges = ("--betas", "0.1:0.8:20", "--lams", "1e-4:9e-4:20", "--jobs", 2)
    running = _start("tune", "a.png", "--sigma", 25, *ranges, "-o", "out.toml")
    parent = psutil.Process(running.pid)
    while len(parent.children(recursive=True)) < 2 or not Path("out.jsonl").exists():
        assert running.poll() is None
        time.sleep(0.01)
    children = parent.children(recursive=True)
    running.kill()
    assert not psutil.wait_procs(children, timeout=60)[1]
    running.communicate(timeout=60)


def _mark(path: Path) -> str:
    mark = json.loads(path.read_text().splitlines()[0])["fingerprint"]
    assert isinstance(mark, str)
    return mark


def test_killed_between_two_renames_a_training_keeps_a_checkpoint() -> None:
    done = recon_here(*COMMANDS["train"])
    assert done.exit_code == 0, done.stderr
    place, said = Path("out.safetensors.checkpoint"), list[str]()
    place.write_bytes(place.read_bytes()[:-5])
    found = recover_checkpoint(place, said.append)
    assert found is not None
    assert "going on from the one before" in said[0]


def test_two_processes_that_write_one_file_leave_one_whole_result() -> None:
    running = [_start(*COMMANDS["denoise"]) for _ in range(2)]
    told = [process.communicate(timeout=120)[1] for process in running]
    codes = sorted(process.returncode for process in running)
    assert codes in ([0, 0], [0, 1])
    if codes == [0, 1]:
        assert any("out.png has appeared meanwhile" in said or "out.png exists" in said for said in told), (
            told
        )
    assert not list(Path().glob(".recon-*"))
    whole = Path("out.png").read_bytes()
    done = recon_here(*COMMANDS["denoise"], "--overwrite")
    assert done.exit_code == 0, done.stderr
    assert Path("out.png").read_bytes() == whole


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("denoise", "out.png"),
        ("mri", "out.nii.gz"),
        ("simulate", "out.npy"),
        ("train", "out.safetensors"),
        ("train", "out.safetensors.checkpoint"),
        ("train", "out.safetensors.jsonl"),
        ("tune", "out.toml"),
        ("tune", "out.png"),
        ("tune", "out.jsonl"),
        ("show-atoms", "out.png"),
    ],
)
def test_what_another_process_has_written_meanwhile_stays(
    monkeypatch: pytest.MonkeyPatch, name: str, output: str
) -> None:
    theirs, real = Path(output), os.fsync

    def write_first(number: int) -> None:
        real(number)
        theirs.write_text("theirs")

    with monkeypatch.context() as patch:
        patch.setattr("recon_cli.files.atomic.os.fsync", write_first)
        done = recon_here(*COMMANDS[name])
    assert done.exit_code == 1
    said = f"recon: {output} has appeared meanwhile; give --overwrite to replace it"
    assert done.stderr.splitlines()[-1] == said
    assert theirs.read_text() == "theirs"
    assert not list(Path().glob(".recon-*"))


def test_a_file_that_cannot_be_read_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.open

    def refuse(path: Path, *words: Any, **named: Any) -> Any:
        if path.name == "a.png":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path, *words, **named)

    monkeypatch.setattr(Path, "open", refuse)
    done = recon_here(*COMMANDS["denoise"])
    assert (done.exit_code, done.stderr) == (1, "recon: cannot read a.png: Permission denied\n")


def test_a_pipe_by_name_is_refused_and_does_not_hang() -> None:
    os.mkfifo("pipe.png")
    for words in (
        ("denoise", "pipe.png", "--sigma", 25),
        ("mri", "pipe.png"),
        ("denoise", "a.png", "--sigma", 25, "--params", "pipe.png"),
        ("denoise", "a.png", "--sigma", 25, "--model", "pipe.png"),
    ):
        done = recon_here(*words)
        assert done.exit_code == 1
        assert "pipe.png: it is no regular file" in done.stderr
