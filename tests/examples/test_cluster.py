from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "examples/cluster"


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.sh")), ids=lambda path: path.name)
def test_a_script_can_be_read(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.slow
def test_two_processes_share_a_training() -> None:
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", SCRIPTS / "train_two.sh"],
        env={**os.environ, "PATH": places},
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    folder = Path(done.stdout.split()[-1])
    assert (folder / "tiny.safetensors").is_file()
    assert len((folder / "tiny.safetensors.jsonl").read_text("utf-8").splitlines()) >= 2
