"""What a TIFF makes its reader do, looked at before anything of it is read: pages, tags, strips and tiles."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import IO, NamedTuple

from ...errors import ReconError
from ..limits import VALUES_A_PAGE, check_size
from .exif import DEEPEST, DIRECTORIES
from .tiff_tags import Tag, TagReader

_VALUES_A_TAG = 2**5
_VALUES_A_PART = 2**8
"""What each further strip or tile counts: so many pixels has the smallest tile."""
_VALUES_AN_ITEM = 2**3
"""What a number or a letter in a tag counts, which becomes an object of Python; a byte counts one."""
_PLAIN = (1, 6, 7)
"""TIFF's numbers of the types of bytes."""
_WIDTH, _HEIGHT, _BITS, _STRIPS, _SAMPLES, _STRIP_SIZES = 256, 257, 258, 273, 277, 279
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_SIZES, _BELOW, _DEPTH = 322, 323, 324, 325, 330, 32997
_FOREIGN = {33628: "MetaMorph stack", 33629: "MetaMorph stack", 34412: "Zeiss LSM file"}
"""Kinds of TIFF that describe their planes in a way of their own, by a tag that only they have."""


class Page(NamedTuple):
    """What a page declares."""

    rows: int
    columns: int
    samples: int


class Survey:
    """Adds up the pages of a TIFF without reading them.

    Attributes:
        pages: what each declares, without those below others.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        """Look at all pages.

        A page counts 4096 values at least, or else its tags with all that they hold, and 256 for each strip
        or tile after the first.

        Args:
            file: the TIFF, at any place; left at its beginning.
            name: of the file.

        Raises:
            ReconError: when pages, strips or tiles overlap, the file declares more than may be read, or its
                planes stand in it in the way of another program.
        """
        self.pages: list[Page] = []
        self._reader, self._name = TagReader(file, name), name
        self._cost = self._stored = self._unpacked = 0
        for tags in self._reader.pages():
            self.pages.append(self._add(tags))
        if self._stored > self._reader.size + 2 * self._unpacked:
            raise ReconError(f"{name} is damaged: its strips or tiles overlap")
        file.seek(0)

    def _add(self, tags: Sequence[Tag], nested: bool = False) -> Page:
        """Look at a page, and at those below it."""
        numbers, count = self._reader.numbers, self._reader.count
        held = {tag.code: tag for tag in reversed(tags)}
        for code, kind in _FOREIGN.items():
            if code in held:
                raise ReconError(f"{self._name} is a {kind}, which is not read; save it as a plain TIFF")
        parts = max(count(held.get(code)) for code in (_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES))
        self._cost += max(VALUES_A_PAGE, self._cost_of(tags) + _VALUES_A_PART * max(parts - 1, 0))
        below = count(held.get(_BELOW))
        if nested and below:
            raise ReconError(
                f"{self._name} has pages below pages that are below others; save them separately"
            )
        check_size(self._name, (self._cost + VALUES_A_PAGE * (below - 1),))

        def one(code: int, usual: int) -> int:
            return next(iter(numbers(held.get(code))), usual)

        page = Page(one(_HEIGHT, 0), one(_WIDTH, 0), one(_SAMPLES, 1))
        values = math.prod(page) * one(_DEPTH, 1)
        if _TILES in held:
            values = max(values, parts * one(_TILE_WIDTH, 0) * one(_TILE_HEIGHT, 0) * page.samples)
        size = -(-one(_BITS, 1) // 8)
        check_size(self._name, (values,), size)
        self._unpacked += values * size
        self._stored += sum(sum(numbers(held.get(code))) for code in (_STRIP_SIZES, _TILE_SIZES))
        for offset in numbers(held.get(_BELOW)) if below else ():
            self._add(self._reader.tags(offset), nested=True)
        return page

    def _cost_of(self, tags: Iterable[Tag], depth: int = 0) -> int:
        """Return what tags count, with those of the directories of EXIF that belong to them."""
        tags = [*tags]
        cost = 0
        for tag in tags:
            cost += _VALUES_A_TAG + (1 if tag.kind in _PLAIN else _VALUES_AN_ITEM) * self._reader.count(tag)
        below = {tag.code: tag for tag in tags if tag.code in DIRECTORIES} if depth < DEEPEST else {}
        return cost + sum(self._cost_of(self._reader.below(tag), depth + 1) for tag in below.values())
