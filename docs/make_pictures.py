"""Run the code of pages, and make their pictures again.

    python docs/make_pictures.py [PAGE...]

A picture `pictures/PAGE/NAME.png` of a page is the file `NAME.png` that the page's own commands write; it is
made small. Without arguments all pages that have pictures are run. What the commands say is printed; it
stands in the pages, shortened.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from pages import DOCS, pages, run
from PIL import Image

LIMIT = 190_000
"""Bytes of a picture, at most."""


def pictures(page: Path) -> list[Path]:
    """Return where the pictures are that a page shows and its commands write."""
    named = re.findall(r"!\[[^\]]*\]\(([^)]*?pictures/[^)]*\.png)\)", page.read_text("utf-8"))
    places = [(page.parent / name).resolve() for name in named]
    return [place for place in places if place.parent.name == page.stem]


def shrink(source: Path, target: Path) -> None:
    """Save a picture with 256 colours, and as many pixels across as the limit of its bytes allows."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(source) as image:
        picture = image.convert("RGB")
    for across in range(1100, 300, -50):
        smaller = picture.copy()
        smaller.thumbnail((across, across))
        # k-means keeps the colours of scales, which have few pixels
        smaller.quantize(256, kmeans=3, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size < LIMIT:
            return


def main() -> None:
    """Run each page in a folder of its own."""
    asked = [Path(name).resolve() for name in sys.argv[1:]]
    for page in asked or [each for each in pages() if pictures(each)]:
        with tempfile.TemporaryDirectory() as name:
            print(f"== {page.relative_to(DOCS.parent)}", flush=True)
            run(page, Path(name))
            for place in pictures(page):
                shrink(Path(name) / place.name, place)


if __name__ == "__main__":
    main()
