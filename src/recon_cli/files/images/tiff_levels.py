"""Pages of lower resolution in a TIFF: a COG has them behind its pages, an OME-TIFF below them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...errors import ReconError

Shape = tuple[int, ...]
_REDUCED = 1


def parted(every: Iterable[Any], name: str) -> tuple[list[Any], tuple[Shape, ...], bool]:
    """Part the pages of a TIFF from those that show them in lower resolution.

    Args:
        every: the pages, of tifffile.
        name: of the file.

    Returns:
        The whole pages, the shapes of the levels of each, and whether these stand below it.

    Raises:
        ReconError: when the pages do not have the same levels.
    """
    pages = [page.aspage() for page in every]
    whole = [page for page in pages if not _is_level(page, pages[0])]
    behind = [page.shape for page in pages if _is_level(page, pages[0])]
    if behind:
        levels = tuple(dict.fromkeys(behind))
        if sorted(behind) != sorted(levels * len(whole)):
            raise ReconError(f"{name} has levels for some of its pages only; save them apart")
        return whole, levels, False
    below = {tuple(level.shape for level in page.pages or () if _is_level(level, page)) for page in whole}
    if len(below) > 1:
        raise ReconError(f"{name} has levels for some of its pages only; save them apart")
    return whole, next(iter(below), ()), True


def _is_level(page: Any, first: Any) -> bool:
    return bool(page.subfiletype & _REDUCED) and page.axes == first.axes and page.size < first.size
