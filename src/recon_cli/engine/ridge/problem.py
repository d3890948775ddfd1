"""The convex problem of a ridge regulariser, and the certificate of a solution.

    J(x) = 1/2 |H x - y|^2 + lam R(x),     x in C

J is convex, and where H is the identity J(x) - 1/2 |x|^2 is, too. So with `g = grad J(x)`

    denoising:  min J >= J(x) + min over z in C of <g, z - x> + 1/2 |z - x|^2
    general H:  min J >= J(x) + min over z in C of <g, z - x>

for any x. The first is attained where z projects x - g; without a box it is `J(x) - 1/2 |g|^2`. Besides, in
denoising `1/2 |x - x*|^2 <= J(x) - min J` for x in C. The second is first-order loose, since
it knows of no curvature.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce

import torch
from torch import Tensor

from ..circulant import on_grid
from ..data_term import data_term
from ..domain import Domain, domain_of
from ..linear import Identity, LinearOperator
from ..reductions import total
from .filters import FilterBank
from .regulariser import RidgeRegulariser

_MOST_RESPONSES = 2**20
"""At once, so that they stay near the cache: of a 512 x 512 image all at once take three times as long."""
_LEAST = 1e-3
"""Of the largest eigenvalue, where neither data nor regulariser reach a frequency."""


@dataclass(frozen=True)
class RidgeProblem:
    """A batch of inverse problems that share operator and regulariser.

    Attributes:
        operator: `H`, of norm at most 1.
        data: `y`, `(images, ...)`, real or complex; intensities in [0, 1].
        regulariser: R, of the precision and on the device of the images.
        lam: positive weight of R.
        smoothness: Lipschitz constant of the gradient of R; None finds it.
    """

    operator: LinearOperator
    data: Tensor
    regulariser: RidgeRegulariser
    lam: float
    smoothness: float | None = None

    @property
    def domain(self) -> Domain:
        """The set C."""
        return domain_of(self.operator.parts, self.operator.support)

    @cached_property
    def lipschitz(self) -> float:
        """Lipschitz constant of the gradient of J."""
        smoothness = self.smoothness or self.regulariser.lipschitz(self.operator.image_shape)
        return 1 + self.lam * smoothness

    @cached_property
    def bank(self) -> FilterBank:
        """The filters on the images' shape."""
        return self.regulariser.bank(self.operator.image_shape)

    @cached_property
    def _parts(self) -> list[tuple[RidgeRegulariser, FilterBank]]:
        """R as a sum, each part with filters that a plane has no more than so many responses to."""
        height, width = shape = self.operator.image_shape
        channels = max(1, _MOST_RESPONSES // (height * width))
        return [(part, part.bank(shape)) for part in self.regulariser.parts(channels)]

    def terms(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return J of each image, `(images,)` float64, and its gradient, `(planes, height, width)`."""
        values, ridges = [], []
        for plane in x.split(1):
            value, ridge = zip(*(part.terms(plane, bank) for part, bank in self._parts), strict=True)
            values.append(reduce(torch.add, value))
            ridges.append(reduce(torch.add, ridge))
        measured = self.operator.forward(x)
        whole = data_term(measured, self.data) + self.lam * self.per_image(torch.cat(values))
        return whole, self.operator.adjoint(measured - self.data) + self.lam * torch.cat(ridges)

    def spectrum(self, x: Tensor) -> Tensor:
        """Return a positive circulant approximation of the Hessian of J, from the mean curvatures at x.

        Args:
            x: `(planes, height, width)`.

        Returns:
            Its eigenvalues on the grid of `Circulant`.
        """
        height, width = self.operator.image_shape
        ridge = x.new_zeros(height, width // 2 + 1)
        for part, bank in self._parts:
            power = torch.fft.rfft2(part.kernels, s=(height, width)).abs().square()
            for plane in x.split(1):
                curvatures = part.profiles.curvatures(bank.forward(plane)).mean((0, 2, 3))
                ridge += torch.tensordot(curvatures / len(x), power, 1)
        whole = self.operator.spectrum(x) + self.lam * on_grid(ridge, width, self.operator.parts)
        return whole.clamp_min(_LEAST * float(whole.amax()))

    def per_image(self, values: Tensor) -> Tensor:
        """Sum what belongs to the planes of an image, `(planes,)` to `(images,)`."""
        return values.view(-1, self.operator.parts).sum(1)

    def per_plane(self, values: Tensor) -> Tensor:
        """Spread a number of each image, `(images,)`, over its planes, `(planes, 1, 1)`."""
        planes = values.repeat_interleave(self.operator.parts)[:, None, None]
        return planes if values.dtype == torch.bool else planes.to(self.regulariser.kernels)

    def inner(self, a: Tensor, b: Tensor) -> Tensor:
        """Return the inner product of each image, `(planes, height, width)` to `(images,)` float64."""
        return self.per_image(total(a * b))

    def bound(self, x: Tensor, value: Tensor, gradient: Tensor) -> Tensor:
        """Return the lower bound on the minimum of J for each image, `(images,)` float64.

        Args:
            x: images in C, `(planes, height, width)`.
            value: their J, `(images,)` float64.
            gradient: of J there.
        """
        slope, place = gradient.double(), x.double()
        if isinstance(self.operator, Identity):
            move = self.domain.project(place - slope) - place
            least = total(slope * move + 0.5 * move.square())
        else:
            least = self.domain.least(slope) - self.per_image(total(slope * place))
        return value + least
