"""Penalties of the atoms, and how they go with the noise level."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..errors import ReconError
from .tuned import neighbours


def shares(knots: Sequence[float], sigma: float) -> Tensor:
    """Return the weights of noise levels in a linear interpolation over log sigma; the ends hold outside.

    Args:
        knots: rising noise levels, of 255, at least one.
        sigma: noise level between them.

    Returns:
        `(knots,)`, float32, at most two not zero, sum 1.
    """
    if len(knots) == 1:
        return torch.ones(1)
    low, share = neighbours(knots, sigma)
    share = min(max(share, 0.0), 1.0)
    weights = torch.zeros(len(knots))
    weights[low], weights[low + 1] = 1 - share, share
    return weights


@dataclass(frozen=True)
class Penalties:
    """Soft-threshold levels of the atoms relative to lam.

    Attributes:
        knots: rising noise levels, of 255; a single one where the penalties are the same at all levels.
        values: at each of them, mean 1, `(knots, atoms)`, positive float32.
    """

    knots: tuple[float, ...]
    values: Tensor

    def at(self, sigma: float) -> Tensor:
        """Return the penalties at a noise level, `(atoms,)`, interpolated in the logarithms."""
        return (shares(self.knots, sigma).to(self.values) @ self.values.log()).exp()

    @classmethod
    def checked(cls, knots: Sequence[float], values: Tensor, atoms: int, place: str) -> Penalties:
        """Take what a file holds.

        Args:
            knots: positive noise levels.
            values: a tensor of any shape and type.
            atoms: number of atoms.
            place: where it comes from, for the message.

        Raises:
            ReconError: when the knots do not rise, or the values are not as they should be.
        """
        if not knots or any(low >= high for low, high in itertools.pairwise(knots)):
            raise ReconError(f"{place} holds noise levels of penalties that do not rise")
        good = values.shape == (len(knots), atoms) and values.dtype == torch.float32
        if not (good and bool((values.isfinite() & (values > 0)).all())):
            raise ReconError(f"{place} holds penalties that are not a positive float32 number for each atom")
        return cls(tuple(knots), values)
