"""`python -m recon_cli` and what ends it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import recon_cli.__main__ as module
import recon_cli.cli.main as command


def run():
    try:
        exec("import os; os.kill(os.getpid(), {number})")
    except KeyboardInterrupt as error:
        raise SystemExit(128 + error.args[0])


command.main = run
module.main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_that_was_handled_leaves_the_exit_code(
    tmp_path: Path, number: signal.Signals
) -> None:
    """Wherever it came, in a string that an import executes, too."""
    (tmp_path / "trial.py").write_text(_SCRIPT.format(number=int(number)))
    command = [sys.executable, "-m", "trial"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (128 + number, "")
