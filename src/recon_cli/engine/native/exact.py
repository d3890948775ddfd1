"""Exact sparse codes, and projections off the atoms that they use."""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor

from .library import call, in_threads
from .structures import Exact, Supports

_PART = 256
"""Patches of one call of the kernels."""
_LIMIT = 40
"""Most steps for a patch, in atoms."""
_TOLERANCE = 1e-7
"""By which correlations may exceed their levels, relative."""


_EIGHT = 8
"""Rows of the kernels go on with zeros up to a multiple of it."""


def rows_of(columns: Tensor) -> Tensor:
    """Return columns as the rows that the kernels take, `(columns, pixels filled up with zeros)`."""
    pixels, count = columns.shape
    rows = columns.new_zeros(count, -(-pixels // _EIGHT) * _EIGHT)
    rows[:, :pixels] = columns.T
    return rows


class ExactCodes:
    """The minimum over the codes of each patch, `1/2 |v - D a|^2 + sum_j lam_j w_j |a_j|`, by active sets.

    A patch is a row here. From codes of a problem close by, a minimum takes a few steps of an atom each.

    Attributes:
        codes: `(columns, atoms)` float64.
    """

    def __init__(self, dictionary: Tensor, lam: Tensor, weights: Tensor | None, codes: Tensor) -> None:
        """Begin with the codes of a problem close by.

        Args:
            dictionary: `(pixels, atoms)` float64.
            lam: level of each atom, `(atoms,)` float64, positive.
            weights: of the levels, `(atoms, columns)` float32, or None.
            codes: `(columns, atoms)` float64, taken over and changed in place.
        """
        self.codes = codes
        self._atoms = rows_of(dictionary)
        self._gram = dictionary.T @ dictionary
        self._lam, self._weights = lam.contiguous(), weights
        self._narrow = self._atoms.float()

    def update(self, patches: Tensor, first: int) -> Tensor:
        """Find the codes of some patches, and return what they leave.

        Args:
            patches: `(some of the columns, pixels)` float64, see `rows_of`.
            first: column of the first one.

        Returns:
            `v - D a`, of the shape of the patches. Its correlations with the atoms are within their levels,
            but for rounding.
        """
        residual = torch.empty_like(patches)

        def solve(start: int) -> None:
            rows = slice(start, start + _PART)
            call("exact_codes", self._of(first + start, patches[rows], residual[rows]))

        in_threads(solve, range(0, len(patches), _PART))
        self.__dict__.pop("_factors", None)
        return residual

    def complement(self, patches: Tensor, first: int) -> None:
        """Take from patches their projections on the atoms that have codes, in place.

        Args:
            patches: `(some of the columns, pixels)` float32, see `rows_of`.
            first: column of the first one.
        """
        places, factors = self._factors

        def project(start: int) -> None:
            part, column = patches[start : start + _PART], first + start
            supports = self._supports(places[column:], factors, part)
            call("exact_complement", self._of(column, part), supports)

        in_threads(project, range(0, len(patches), _PART))

    @cached_property
    def _factors(self) -> tuple[Tensor, Tensor]:
        """Where each patch's factor begins, and the factors."""
        counts = (self.codes != 0).sum(1)
        eights, rest = counts // _EIGHT, counts % _EIGHT
        sizes = _EIGHT * (eights + 1) * (_EIGHT // 2 * eights + rest)
        places = sizes.cumsum(0) - sizes
        factors = torch.empty(int(sizes.sum()))

        def factorise(start: int) -> None:
            some = self.codes[start : start + _PART]
            call("exact_factors", self._of(start, some), self._supports(places[start:], factors, None))

        in_threads(factorise, range(0, len(self.codes), _PART))
        return places, factors

    def _of(self, first: int, some: Tensor, residual: Tensor | None = None) -> Exact:
        weights = self._weights
        atoms, pixels = self._atoms.shape
        return Exact(
            self._atoms.data_ptr(),
            self._gram.data_ptr(),
            self._lam.data_ptr(),
            None if weights is None else weights[:, first:].data_ptr(),
            some.data_ptr(),
            self.codes[first:].data_ptr(),
            None if residual is None else residual.data_ptr(),
            0 if weights is None else weights.stride(0),
            len(some),
            pixels,
            atoms,
            _LIMIT * atoms,
            _TOLERANCE,
        )

    def _supports(self, places: Tensor, factors: Tensor, patches: Tensor | None) -> Supports:
        return Supports(
            self._narrow.data_ptr(),
            places.data_ptr(),
            factors.data_ptr(),
            None if patches is None else patches.data_ptr(),
        )
