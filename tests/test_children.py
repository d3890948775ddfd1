from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from recon_cli.children import ask, start_child

_CHILD = """
import os, sys, time
from recon_cli.children import requests

for request in requests():
    if request == "hang":
        time.sleep(600)
    os.write(1, f"{request} {os.getcwd() in sys.path}\\n".encode())
"""
_PARENT = """
import sys
from recon_cli.children import ask, start_child

child = start_child("recon_trial_child")
for word in ["hello", *sys.argv[1:]]:
    ask(child, word)
print(child.pid, child.stdout.readline().decode().strip(), flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "recon_trial_child.py").write_text(_CHILD)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with start_child("recon_trial_child") as process:
        yield process
        process.kill()


def test_a_child_answers_and_takes_nothing_from_the_current_folder(child: subprocess.Popen[bytes]) -> None:
    assert child.stdout is not None
    for word in ("one", "two"):
        ask(child, word)
        assert child.stdout.readline() == f"{word} False\n".encode()


def test_ctrl_c_is_left_to_the_parent(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGINT)
    ask(child, "still here")
    assert child.stdout is not None
    assert child.stdout.readline() == b"still here False\n"
    child.send_signal(signal.SIGINT)
    ask(child, "and here")
    assert child.stdout.readline() == b"and here False\n"


def test_a_child_ends_when_nobody_can_ask_any_more(child: subprocess.Popen[bytes]) -> None:
    ask(child, "hang")
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(timeout=60) == 1


@pytest.mark.parametrize("busy", [[], ["hang"]])
def test_a_child_ends_with_its_parent(busy: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, *busy], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        number, said = parent.stdout.readline().split(maxsplit=1)
        assert said == "hello False\n"
        parent.kill()
    for _ in range(600):
        if not psutil.pid_exists(int(number)) or psutil.Process(int(number)).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.1)
    raise AssertionError(f"{number} still runs")
