"""OME-XML, in which a TIFF describes its planes and may name other files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any
from xml.etree import ElementTree

from ...errors import ReconError
from ..parsed import shown

_MOST_LABELS = 2**16


def describes_pages(description: str, page: Any, pages: int, name: str) -> bool:
    """Return whether the planes that an OME-TIFF describes are its own pages, and no more.

    tifffile makes room for whatever the description declares, before it looks at what the file has.

    Args:
        description: the XML.
        page: the first page, of tifffile.
        pages: how many there are.
        name: of the file.

    Raises:
        ReconError: when some of its planes are in other files.
    """
    try:
        root = ElementTree.fromstring(description)
        _check_files(root, name)
        sizes = [
            {axis: int(pixels.attrib[f"Size{axis}"]) for axis in "XYZCT"} for pixels in _all(root, "Pixels")
        ]
        placed = sum(_placed(data.attrib, pages) for data in _all(root, "TiffData"))
        labels = sum(_labels(along.attrib) for tag in "ZCT" for along in _all(root, f"Along{tag}"))
    except (ElementTree.ParseError, ValueError, KeyError, ArithmeticError):
        return False
    planes = sum(max(size["Z"], 1) * max(size["C"], 1) * max(size["T"], 1) for size in sizes)
    fitting = all((size["Y"], size["X"]) == (page.imagelength, page.imagewidth) for size in sizes)
    return fitting and planes <= pages * page.samplesperpixel and placed <= pages and labels <= _MOST_LABELS


def _check_files(root: ElementTree.Element, name: str) -> None:
    own = root.attrib.get("UUID")
    for part in _all(root, "UUID"):
        file = part.attrib.get("FileName", "")
        if part.text != own if own else file.lower() != PurePath(name).name.lower():
            raise ReconError(
                f"{name} keeps planes in another file, {shown(file)}, which is not read; save all in one file"
            )


def _all(root: ElementTree.Element, tag: str) -> Iterator[ElementTree.Element]:
    return (element for element in root.iter() if str(element.tag).endswith(tag))


def _placed(attributes: dict[str, str], pages: int) -> int:
    """Return on how many pages an entry of the description looks."""
    usual = attributes.get("NumPlanes", 1 if "IFD" in attributes else 0)
    return max(int(attributes.get("PlaneCount", usual)) or pages, 0)


def _labels(attributes: dict[str, str]) -> float:
    """Return how many steps a range of a further axis has."""
    if "Start" not in attributes:
        return 0
    start, end = float(attributes["Start"]), float(attributes["End"])
    return abs((end - start) / float(attributes.get("Step", 1)))
