"""The convex ridge regulariser of Goujon et al.

    R(x) = sum_i sum_p psi_i( (w_i * x)_p ),     grad R(x) = W' sigma(W x),     sigma_i = psi_i'

with learned filters `w_i` and profiles `psi_i` whose derivatives are odd, non-decreasing linear splines, so
that R is convex. Goujon, Neumayer, Bohra, Ducotterd and Unser, "A neural-network-based convex regularizer for
inverse problems", IEEE Transactions on Computational Imaging 9 (2023).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ...reductions import without_level
from .filters import FilterBank, curvature
from .splines import integrated, slope, spline

_SIDE = 4
"""Most of a side of the image on which the norm at the borders is found, in filters."""
_ITERATIONS = 60
_SAFETY = 1.05
"""Power iteration ends below the norm."""
_TINY = 1e-30


@dataclass(frozen=True)
class Profiles:
    """The convex profiles and their derivatives, `sigma_i(v) = S_i(v / spacing_i)`.

    Attributes:
        rises: of the spline `S_i` from knot to knot, `(channels, intervals)`, not negative.
        spacings: distance of two knots, `(channels,)`, positive; in the units of the responses.
    """

    rises: Tensor
    spacings: Tensor

    def terms(self, responses: Tensor) -> tuple[Tensor, Tensor]:
        """Return `sum_i psi_i` over channels and pixels for each image, and `sigma_i`; not differentiable.

        Args:
            responses: `(batch, channels, height, width)`.

        Returns:
            `(batch,)` float64 and the shape of the responses.
        """
        integral, derivatives = integrated(responses / self._wide, self.rises)
        return integral.sum((2, 3), dtype=torch.float64) @ self.spacings.double(), derivatives

    def derivatives(self, responses: Tensor) -> Tensor:
        """Return `sigma_i` of responses, `(batch, channels, height, width)`."""
        return spline(responses / self._wide, self.rises)

    def curvatures(self, responses: Tensor) -> Tensor:
        """Return `psi_i''` of responses, `(batch, channels, height, width)`."""
        return slope(responses / self._wide, self.rises) / self._wide

    @property
    def steepest(self) -> Tensor:
        """The largest slope of each `sigma_i`, `(channels,)`."""
        return self.rises.amax(1) / self.spacings

    @property
    def _wide(self) -> Tensor:
        return self.spacings[:, None, None]


@dataclass(frozen=True)
class RidgeRegulariser:
    """Filters and profiles, for images of any shape.

    Attributes:
        kernels: `w_i`, `(channels, size, size)`, of zero mean; |W| = 1.
        profiles: `psi_i`.
    """

    kernels: Tensor
    profiles: Profiles

    def bank(self, shape: tuple[int, int]) -> FilterBank:
        """Return the filters for images of a shape."""
        return FilterBank(self.kernels, shape)

    def parts(self, channels: int) -> list[RidgeRegulariser]:
        """Return regularisers of so many channels each, of which this one is the sum."""
        groups = zip(
            *(t.split(channels) for t in (self.kernels, self.profiles.rises, self.profiles.spacings)),
            strict=True,
        )
        return [RidgeRegulariser(kernels, Profiles(*profile)) for kernels, *profile in groups]

    def scaled(self, mu: float) -> RidgeRegulariser:
        """Return `R(mu x) / mu`, whose knots lie closer by mu."""
        return RidgeRegulariser(self.kernels, Profiles(self.profiles.rises, self.profiles.spacings / mu))

    @property
    def steepest(self) -> float:
        """A bound on the derivative of R by any pixel; mirrored at a corner, one counts up to four times."""
        return 4 * float(self.kernels.abs().sum((1, 2)) @ self.profiles.rises.sum(1))

    @property
    def smoothness(self) -> Tensor:
        """A bound on the curvature of R off the borders, `()`; differentiable."""
        return curvature(self.kernels, self.profiles.steepest)

    def lipschitz(self, shape: tuple[int, int]) -> float:
        """Return the Lipschitz constant of the gradient of R on images of a shape, by power iteration.

        It is larger than `smoothness` for what mirrored borders add, most where two of them are close.
        """
        rows, cols = (min(length, _SIDE * self.kernels.shape[-1]) for length in shape)
        bank = self.bank((rows, cols))
        generator = torch.Generator().manual_seed(0)
        x = torch.randn(1, rows, cols, generator=generator).to(self.kernels)
        weights = self.profiles.steepest[:, None, None]
        for _ in range(_ITERATIONS):
            x = bank.adjoint(weights * bank.forward(x / x.norm().clamp_min(_TINY)))
        return _SAFETY * float(torch.maximum(x.norm(), self.smoothness))  # NaN where either is

    def terms(self, x: Tensor, bank: FilterBank) -> tuple[Tensor, Tensor]:
        """Return R of each image and its gradient.

        Args:
            x: `(batch, height, width)`.
            bank: the filters for this shape.

        Returns:
            `(batch,)` float64 and `(batch, height, width)`.
        """
        # the filters see no level, but for rounding
        value, derivatives = self.profiles.terms(bank.forward(without_level(x)))
        return value, bank.adjoint(derivatives)

    def gradient(self, x: Tensor, bank: FilterBank) -> Tensor:
        """Return the gradient of R, see `terms`; differentiable in the image, the filters and profiles."""
        return bank.adjoint(self.profiles.derivatives(bank.forward(x)))
