"""Pages of lower resolution in a TIFF: a COG has them behind its pages, an OME-TIFF below them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ...errors import ReconError

_REDUCED = 1


@dataclass(frozen=True)
class Node:
    """A page and its place in the file.

    Attributes:
        page: of tifffile.
        below: how many of the pages that follow stand below it.
        nested: whether it stands below another one.
        of: number of the page that it shows in lower resolution, or None.
    """

    page: Any
    below: int = 0
    nested: bool = False
    of: int | None = None


def nodes_of(every: Iterable[Any], name: str) -> list[Node]:
    """Return the pages of a TIFF in the order in which they are written, those below a page behind it.

    Args:
        every: the pages, of tifffile.
        name: of the file.

    Raises:
        ReconError: when only some of its pages have levels.
    """
    nodes: list[Node] = []
    for page in (page.aspage() for page in every):
        place, below = len(nodes), [*(page.pages or ())]
        nodes.append(Node(page, len(below)))
        nodes += [Node(level, 0, True, place if _is_level(level, page) else None) for level in below]
    waiting = [k for k, node in enumerate(nodes) if not node.nested and node.page.subfiletype & _REDUCED]
    while waiting:
        shown = nodes[waiting[0]].page
        alike = [k for k in waiting if nodes[k].page.shape == shown.shape]
        waiting = [k for k in waiting if k not in alike]
        whole = _shown_by(nodes, alike)
        for place, of in zip(alike, whole, strict=False):
            nodes[place] = replace(nodes[place], of=of)
        if whole and len(whole) != len(alike):
            raise ReconError(f"{name} has levels for some of its pages only; save them separately")
    return nodes


def _shown_by(nodes: list[Node], levels: list[int]) -> list[int]:
    """Return the pages that levels of one size show: all of the size of the first one that they may show."""
    level = nodes[levels[0]].page
    candidates = [
        k
        for k, node in enumerate(nodes)
        if not node.nested and not node.page.subfiletype & _REDUCED and _is_level(level, node.page)
    ]
    return [k for k in candidates if nodes[k].page.shape == nodes[candidates[0]].page.shape]


def _is_level(page: Any, whole: Any) -> bool:
    """Return whether a page may show another one in lower resolution: same samples, sides in proportion."""
    if not page.subfiletype & _REDUCED or page.axes != whole.axes or page.size >= whole.size:
        return False
    if (page.dtype, page.photometric, page.samplesperpixel) != (
        whole.dtype,
        whole.photometric,
        whole.samplesperpixel,
    ):
        return False
    height, width = page.imagelength, page.imagewidth
    least, most = ((width + change) / whole.imagewidth * whole.imagelength for change in (-1, 1))
    return bool(least - 1 <= height <= most + 1)
