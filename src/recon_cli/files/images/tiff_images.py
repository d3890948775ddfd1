"""The images of a TIFF: pages of one kind that belong together, as the file describes them or alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tiff_colours import is_palette
from .tiff_levels import Node
from .tiff_page import kind_of

_DESCRIBED = ("ome", "imagej", "shaped")
"""Kinds of series whose axes a file describes."""


@dataclass(frozen=True)
class TiffImage:
    """Pages that belong together.

    Attributes:
        places: their numbers among all pages of the file, in the order of the planes.
        page: the first one, of tifffile.
        outer: lengths of the axes before those of a page.
        axes: their letters.
        contiguous: reads all planes where they stand behind the one page that describes them; or None.
    """

    places: tuple[int, ...]
    page: Any
    outer: tuple[int, ...] = ()
    axes: str = ""
    contiguous: Any = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Of all planes."""
        return (*self.outer, *self.page.shape)

    def read(self, nodes: Sequence[Node]) -> NDArray[Any]:
        """Return all planes.

        Args:
            nodes: all pages of the file.
        """
        if self.contiguous is not None:
            stack: NDArray[Any] = self.contiguous.asarray().reshape(self.shape)
        else:
            stack = np.empty((len(self.places), *self.page.shape), self.page.dtype)
            for plane, place in zip(stack, self.places, strict=True):
                plane[...] = nodes[place].page.asarray()
            stack = stack.reshape(self.shape)
        one_bit = self.page.bitspersample == 1 and not is_palette(self.page)
        return stack.astype(np.uint8) * np.uint8(255) if one_bit else stack


def images_of(series: Sequence[Any], nodes: Sequence[Node]) -> list[TiffImage]:
    """Return the images of a TIFF.

    Args:
        series: of tifffile; of those whose axes the file describes the axes are taken.
        nodes: all pages of the file, whose levels belong to no image of their own.
    """
    free = {k: kind_of(node.page) for k, node in enumerate(nodes) if node.of is None}
    places = {node.page.index: k for k, node in enumerate(nodes) if not node.nested}
    images = []
    for each in series if {one.kind for one in series} <= {*_DESCRIBED} else ():
        image = _described(each, places, free, nodes)
        if image is not None:
            images.append(image)
            for place in image.places:
                del free[place]
    alike: dict[object, list[int]] = {}
    for place, kind in free.items():
        alike.setdefault((nodes[place].nested, kind), []).append(place)
    for group in alike.values():
        outer = (len(group),) if len(group) > 1 else ()
        images.append(TiffImage(tuple(group), nodes[group[0]].page, outer, "I" * len(outer)))
    return images


def _described(
    series: Any, places: dict[int, int], free: dict[int, tuple[object, ...]], nodes: Sequence[Node]
) -> TiffImage | None:
    """Return a described image whose pages are there, of one kind and of no other image; else None."""
    numbers: list[int] = [page.index for page in series.pages if page is not None]
    if len(numbers) < len(series.pages) or not numbers or not series.keyframe.size:
        return None
    planes = series.size // series.keyframe.size
    contiguous = None
    if len(numbers) == 1 and planes > 1:  # of those that follow each other only the first one was looked at
        following = [number for number in sorted(places) if number >= numbers[0] and places[number] in free]
        if len(following) >= planes:
            numbers = following[:planes]
        else:
            contiguous = series
    found = [places.get(number, -1) for number in numbers]
    if len(set(found)) != len(found) or len({free.get(place, place) for place in found}) != 1:
        return None
    if found[0] not in free or (contiguous is None and len(found) != planes):
        return None
    page = nodes[found[0]].page
    outer = len(series.shape) - len(page.shape)
    if series.shape[outer:] != page.shape:
        return TiffImage(tuple(found), page, (planes,) if planes > 1 else (), "Q"[: planes > 1], contiguous)
    letters = series.axes[:outer].replace("S", "Q")
    return TiffImage(tuple(found), page, series.shape[:outer], letters, contiguous)
