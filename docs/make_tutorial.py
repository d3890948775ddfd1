"""Run the commands of docs/tutorial.md and make its pictures again.

    python docs/make_tutorial.py

What the commands say is printed; it stands in the tutorial, shortened. The pictures are made smaller.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

HERE = Path(__file__).parent
PICTURES = HERE / "tutorial"


def commands() -> list[list[str]]:
    """Return the words of each command, `recon` first."""
    blocks = re.findall(r"^```bash\n(.*?)^```", (HERE / "tutorial.md").read_text("utf-8"), re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith("recon ")]


def prepare(folder: Path) -> None:
    """Put `clean.png`, the cell of the examples in 8 bits, and `noisy.png`, with noise of sigma 25, there."""
    counts = tifffile.imread(HERE.parent / "examples" / "cell_clean.tif")[2]
    clean = np.rint(40 + 0.45 * (counts.astype(float) - 100)).astype(np.uint8)
    noise = 25 * np.random.default_rng(1).standard_normal(clean.shape)
    noisy = np.rint((clean + noise).clip(0, 255)).astype(np.uint8)
    for name, image in (("clean", clean), ("noisy", noisy)):
        Image.fromarray(image).save(folder / f"{name}.png")


def shrink(source: Path, target: Path) -> None:
    """Save a picture with at most 1100 pixels across and 256 colours."""
    with Image.open(source) as image:
        picture = image.convert("RGB")
    picture.thumbnail((1100, 1100))
    picture.quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)


def main() -> None:
    """Run everything in a folder of its own."""
    environment = {**os.environ, "COLUMNS": "110", "NO_COLOR": "1"}
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        for _, *words in commands():
            if "scans/" in words:  # the reader's own
                continue
            sys.stdout.write(f"\n$ recon {shlex.join(words)}\n")
            sys.stdout.flush()
            command = [sys.executable, "-m", "recon_cli", *words]
            subprocess.run(command, cwd=name, env=environment, stderr=subprocess.STDOUT, check=True)
        for picture in Path(name).glob("*_figure.png"):
            shrink(picture, PICTURES / picture.name)
        shrink(Path(name) / "tuned.png", PICTURES / "tuned.png")


if __name__ == "__main__":
    main()
