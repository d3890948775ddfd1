"""A ridge regulariser on images of one shape, as a smooth prior."""

from __future__ import annotations

from functools import cached_property, reduce

import torch
from torch import Tensor

from ..smooth import SmoothFunction
from .filters import FilterBank
from .regulariser import RidgeRegulariser

_MOST_RESPONSES = 2**20
"""At once, so that they stay near the cache: of a 512 x 512 image all at once take three times as long."""


class RidgeFunction(SmoothFunction):
    """R of `RidgeRegulariser`, plane by plane, a part of the filters at a time."""

    def __init__(self, regulariser: RidgeRegulariser, shape: tuple[int, int]) -> None:
        """Take a regulariser of the precision and on the device of the images.

        Args:
            regulariser: R.
            shape: height and width of the planes.
        """
        self.regulariser, self.shape = regulariser, shape

    @cached_property
    def _parts(self) -> list[tuple[RidgeRegulariser, FilterBank]]:
        """R as a sum, each part with filters that a plane has no more than so many responses to."""
        height, width = self.shape
        channels = max(1, _MOST_RESPONSES // (height * width))
        return [(part, part.bank(self.shape)) for part in self.regulariser.parts(channels)]

    def terms(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """See `SmoothFunction`."""
        values, gradients = [], []
        for plane in x.split(1):
            value, gradient = zip(*(part.terms(plane, bank) for part, bank in self._parts), strict=True)
            values.append(reduce(torch.add, value))
            gradients.append(reduce(torch.add, gradient))
        return torch.cat(values), torch.cat(gradients)

    def lipschitz(self, shape: tuple[int, int]) -> float:
        """See `SmoothFunction`."""
        return self.regulariser.lipschitz(shape)

    def curvature(self, x: Tensor) -> Tensor:
        """See `SmoothFunction`: from the mean curvature of each filter's profile."""
        height, width = self.shape
        spectrum = x.new_zeros(height, width // 2 + 1)
        for part, bank in self._parts:
            power = torch.fft.rfft2(part.kernels, s=self.shape).abs().square()
            for plane in x.split(1):
                curvatures = part.profiles.curvatures(bank.forward(plane)).mean((0, 2, 3))
                spectrum += torch.tensordot(curvatures / len(x), power, 1)
        return spectrum

    @property
    def steepest(self) -> float:
        """See `SmoothFunction`."""
        return self.regulariser.steepest
