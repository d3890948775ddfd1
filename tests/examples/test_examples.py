from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

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
