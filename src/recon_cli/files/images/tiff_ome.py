"""OME-XML, in which a TIFF describes its planes and may name other files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from xml.etree import ElementTree

from ...errors import ReconError
from ..parsed import shown
from .tiff_survey import Page

_MOST_LABELS = 2**16


def describes_pages(description: str, pages: Sequence[Page], name: str) -> bool:
    """Return whether the planes that an OME-TIFF describes are its own pages, and no more.

    tifffile makes room for whatever the description declares, before it looks at what the file has.

    Args:
        description: the XML.
        pages: what they declare.
        name: of the file.

    Raises:
        ReconError: when some of its planes are in other files.
    """
    try:
        root = ElementTree.fromstring(description)
        _check_files(root, name)
        placed = sum(_placed(data.attrib, len(pages)) for data in _all(root, "TiffData"))
        if placed > len(pages):
            return False
        planes = 0
        for pixels in _all(root, "Pixels"):
            size = {axis: int(pixels.attrib[f"Size{axis}"]) for axis in "XYZCT"}
            planes += max(size["Z"], 1) * max(size["C"], 1) * max(size["T"], 1)
            if any(page[:2] != (size["Y"], size["X"]) for page in _pages_of(pixels, pages)):
                return False
        labels = sum(_labels(along.attrib) for tag in "ZCT" for along in _all(root, f"Along{tag}"))
    except (ElementTree.ParseError, ValueError, KeyError, ArithmeticError):
        return False
    most = sum(page.samples for page in pages)
    return planes <= most and labels <= _MOST_LABELS


def _pages_of(pixels: ElementTree.Element, pages: Sequence[Page]) -> Iterator[Page]:
    """Yield the pages that hold the planes of an image."""
    for data in _all(pixels, "TiffData"):
        first = max(int(data.attrib.get("IFD", 0)), 0)
        yield from pages[first : first + _placed(data.attrib, len(pages))]


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
