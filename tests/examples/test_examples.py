from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from recon_cli.files.configuration import read_configuration
from recon_cli.models.registry import manifest
from recon_cli.workflows.training.configuration import configure

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_compare_variants_runs_as_it_stands() -> None:
    binaries = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", str(EXAMPLES / "compare_variants.sh")],
        env=environment, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    scores = [float(score) for score in re.findall(r"PSNR\s+(\S+) dB", done.stderr)]
    assert len(scores) == 4
    assert min(scores) > 27
    assert len(list(Path(done.stdout.split()[-1]).iterdir())) == 4


def test_the_bundled_dictionaries_name_their_configurations() -> None:
    folder = EXAMPLES / "training"
    script = (folder / "train_bundled.sh").read_text()
    names = re.search(r"for name in (.*);", script)
    assert names is not None
    assert set(names[1].split()) == {path.stem for path in folder.glob("*.toml")}
    for name in names[1].split():
        configuration = configure(read_configuration(folder / f"{name}.toml"))
        entry = manifest().get(name)
        if entry is None:
            assert name.endswith("-first")
            continue
        made = entry["training"]
        asked = configuration.resolved()
        assert {key: made[key] for key in asked if key != "tune"} == {
            key: value for key, value in asked.items() if key != "tune"
        }
