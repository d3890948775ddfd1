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

from PIL import Image

HERE = Path(__file__).parent
PICTURES = HERE / "tutorial"
_CORNER = (70, 20, 166, 116)
"""Of `examples/camera.png` and the noisy one: 96 x 96 pixels, so that the commands take seconds."""


def commands() -> list[list[str]]:
    """Return the words of each command, `recon` first."""
    blocks = re.findall(r"^```bash\n(.*?)^```", (HERE / "tutorial.md").read_text("utf-8"), re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith("recon ")]


def prepare(folder: Path) -> None:
    """Put `noisy.png` and `clean.png` into a folder."""
    for name, source in (("noisy", "camera_noisy"), ("clean", "camera")):
        with Image.open(HERE.parent / "examples" / f"{source}.png") as image:
            image.crop(_CORNER).save(folder / f"{name}.png", optimize=True)


def shrink(source: Path, target: Path) -> None:
    """Save a picture with at most 1100 pixels across and 128 colours."""
    with Image.open(source) as image:
        picture = image.convert("RGB")
    picture.thumbnail((1100, 1100))
    picture.quantize(128, dither=Image.Dither.NONE).save(target, optimize=True)


def main() -> None:
    """Run everything in a folder of its own."""
    environment = {**os.environ, "COLUMNS": "110", "NO_COLOR": "1"}
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        for _, *words in commands():
            sys.stdout.write(f"\n$ recon {shlex.join(words)}\n")
            sys.stdout.flush()
            command = [sys.executable, "-m", "recon_cli", *words]
            subprocess.run(command, cwd=name, env=environment, stderr=subprocess.STDOUT, check=True)
        for picture in Path(name).glob("*_figure.png"):
            shrink(picture, PICTURES / picture.name)
        shrink(Path(name) / "tuned.png", PICTURES / "tuned.png")


if __name__ == "__main__":
    main()
