"""How a volume is cut: along the borders of its chunks, small chunks together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...files.images.field.zarr_parts import Box

SIDE = 512
"""Rows and columns that a part has at least: chunks below are joined, since all around each part is solved
once more."""


class Part(NamedTuple):
    """A part of a volume.

    Attributes:
        number: from 0 on.
        own: the box that it is solved for, of whole chunks.
        reach: the box that is read for it: more rows and columns, where the volume has some.
    """

    number: int
    own: Box
    reach: Box

    @property
    def inner(self) -> tuple[slice, ...]:
        """Where its own values lie in those that were read."""
        pairs = zip(self.own, self.reach, strict=True)
        return tuple(slice(low - start, high - start) for (low, high), (start, _) in pairs)


def cut(shape: Sequence[int], chunks: Sequence[int], axes: str, halo: int) -> list[Part]:
    """Cut a volume.

    Args:
        shape: of its array.
        chunks: values along each axis that are stored together.
        axes: a letter for each axis.
        halo: rows and columns that are read more on each side.
    """
    planar = [letter in "YX" for letter in axes]
    cuts = [
        [*_cuts(length, chunk, SIDE if flat else 1)]
        for length, chunk, flat in zip(shape, chunks, planar, strict=True)
    ]
    parts = []
    for number, own in enumerate(itertools.product(*cuts)):
        reach = tuple(
            (max(0, low - halo), min(length, high + halo)) if flat else (low, high)
            for (low, high), length, flat in zip(own, shape, planar, strict=True)
        )
        parts.append(Part(number, own, reach))
    return parts


def _cuts(length: int, chunk: int, least: int) -> Iterator[tuple[int, int]]:
    """Yield from where to where a part goes; the last one takes what is left where that is little."""
    step = chunk * -(-least // chunk)
    edges = [*range(0, length, step), length]
    if len(edges) > 2 and edges[-1] - edges[-2] < least // 2:
        del edges[-2]
    return itertools.pairwise(edges)
