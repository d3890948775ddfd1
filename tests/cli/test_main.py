from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from recon_cli import __version__
from recon_cli.cli import main as cli
from recon_cli.errors import ReconError

from .run import recon


def test_version_is_printed() -> None:
    done = recon("--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"recon {__version__}")


def test_help_names_every_command_and_imports_no_torch() -> None:
    code = (
        "import sys; sys.argv = ['recon', '--help']\n"
        "from recon_cli.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code\n"
        "heavy = {'torch', 'numpy', 'skimage', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("denoise", "train", "show-atoms"):
        assert command in done.stdout


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (ReconError("the disk is full"), 1, "recon: the disk is full"),
        (ReconError("no such model", 2), 2, "recon: no such model"),
        (ZeroDivisionError("by zero"), 1, "recon: unexpected ZeroDivisionError: by zero"),
        (KeyboardInterrupt(), 130, "recon: interrupted"),
    ],
)
def test_failures_become_one_sentence_and_a_code(
    monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr("recon_cli.workflows.denoising.files.read_picture", fail)
    result = CliRunner().invoke(cli.app, ["denoise", "in.png", "--sigma", "25", "-o", "out.png"])
    assert result.exit_code == code
    assert result.stderr.startswith(said)
    assert len(result.stderr.splitlines()) == 1


def test_debug_shows_the_traceback() -> None:
    done = recon("--debug", "denoise", "missing.png", "--sigma", "25")
    assert done.returncode != 0
    assert "Traceback" in done.stderr
