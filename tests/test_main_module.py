"""`python -m recon_cli` and what ends it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import os
import signal
import sys
import time

import recon_cli.cli.main as command
from recon_cli.__main__ import main


class Dying:
    def __del__(self):
        os.kill(os.getpid(), {number})


def kill(*_):
    os.kill(os.getpid(), {number})
    time.sleep(1)


def kill_in_exec(_):
    exec("import os; os.kill(os.getpid(), {number})")


def kill_in_del(_):
    Dying()
    time.sleep(20)


def kill_in_what_makes_another_error_of_it(_):
    try:
        kill()
    except BaseException:
        raise ValueError("no sequence") from None


{setting}
sys.argv = ["recon", "show-atoms", "--json"]
main()
"""
_NUMBERS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def _run(folder: Path, number: signal.Signals, setting: str) -> tuple[int, str, str]:
    (folder / "trial.py").write_text(_SCRIPT.format(number=int(number), setting=setting))
    command = [sys.executable, "-m", "trial"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("number", _NUMBERS)
@pytest.mark.parametrize(
    "how", ["kill", "kill_in_exec", "kill_in_del", "kill_in_what_makes_another_error_of_it"]
)
def test_a_command_that_is_interrupted_says_so(tmp_path: Path, number: signal.Signals, how: str) -> None:
    """Wherever it came: in a string that an import executes, where none passes or another comes out."""
    done = _run(tmp_path, number, f"command.set_limit = {how}")
    assert done == (128 + number, "", "recon: interrupted\n")


@pytest.mark.parametrize("number", _NUMBERS)
def test_a_signal_before_a_command_ends_silently(tmp_path: Path, number: signal.Signals) -> None:
    assert _run(tmp_path, number, "command._Group.make_context = kill") == (-number, "", "")


@pytest.mark.slow
def test_what_nohup_ignores_is_ignored(tmp_path: Path) -> None:
    setting = "signal.signal(signal.SIGHUP, signal.SIG_IGN); command.set_limit = kill"
    code, _, said = _run(tmp_path, signal.SIGHUP, setting)
    assert (code, said) == (0, "")


def test_nothing_of_the_package_is_imported_before_ctrl_c_is_silent() -> None:
    look = "print(*sorted(name for name in sys.modules if name.startswith('recon_cli')))"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, recon_cli.__main__; {look}"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.split() == ["recon_cli", "recon_cli.__main__"]
