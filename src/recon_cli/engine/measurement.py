"""What was measured: `y = H x + noise`, of images x in a set C."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .circulant import symmetric
from .domain import Box, Domain, to_images, to_planes
from .operators.linear import LinearOperator
from .reductions import total

Task = Literal["denoise", "mri"]
"""What the strengths of a prior are tuned for: a noise level, or undersampled k-space."""


@dataclass(frozen=True)
class Measurement:
    """An inverse problem before anything is assumed of its images but the set that they lie in.

    Solvers work on real planes, `(planes, height, width)`, of which a complex image has two, see `domain`.
    The methods take such planes to the operator and back.

    Attributes:
        operator: `H`.
        data: `y`, `(images, ...)`, real or complex, in single or double precision; a NumPy array becomes a
            tensor.
        domain: the set C.
        sigma: noise level whose strengths suit, in 8-bit grey levels of images in [0, 1]; None where it is
            not known.
        weight: of the data term with which they suit: they are divided by it, where the data are better or
            worse than images with that noise.
        task: whose strengths a prior takes.
        scale: what the images in the user's units were multiplied by, so that they lie in C; a tensor,
            `(height, width)`, where that differs from pixel to pixel, as a phase does.
        part: rows and columns that are wanted of the images, by which a solver tells that they have settled;
            None for all.
        within: which pixels of that part are, `(height, width)`; None for all.
        sets: images that lie below each other in one, see `CoilSets`.
    """

    operator: LinearOperator
    data: Tensor
    domain: Domain = field(default_factory=Box)
    sigma: float | None = None
    task: Task = "denoise"
    scale: float | Tensor = 1.0
    part: tuple[slice, slice] | None = None
    weight: float = 1.0
    within: Tensor | None = None
    sets: int = 1
    is_numpy: bool = field(default=False, init=False)
    """Whether the data were given as a NumPy array."""

    if TYPE_CHECKING:

        def __init__(
            self,
            operator: LinearOperator,
            data: Tensor | NDArray[Any],
            domain: Domain = ...,
            sigma: float | None = ...,
            task: Task = ...,
            scale: float | Tensor = ...,
            part: tuple[slice, slice] | None = ...,
            weight: float = ...,
            within: Tensor | None = ...,
            sets: int = ...,
        ) -> None:
            """Take what was measured."""

    def __post_init__(self) -> None:
        """Raise a ValueError when the data are no floating or complex numbers."""
        if isinstance(self.data, np.ndarray):
            object.__setattr__(self, "is_numpy", True)
            object.__setattr__(self, "data", torch.from_numpy(np.ascontiguousarray(self.data)))
        if not isinstance(self.data, Tensor):
            raise ValueError(f"data have to be a NumPy array or a tensor, not a {type(self.data).__name__}")
        if not (self.data.is_floating_point() or self.data.is_complex()):
            raise ValueError(f"data have to be floating or complex numbers, not {self.data.dtype}")

    @property
    def parts(self) -> int:
        """Planes of an image: 1 for real images, 2 for complex ones."""
        return self.domain.parts

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the images."""
        return self.operator.image_shape

    def forward(self, x: Tensor) -> Tensor:
        """Return `H x` of planes, of the shape of the data."""
        return self.operator.forward(to_images(x, self.parts))

    def adjoint(self, y: Tensor) -> Tensor:
        """Return `H' y` in planes."""
        return to_planes(self.operator.adjoint(y), self.parts)

    def normal(self, x: Tensor) -> Tensor:
        """Return `H' H x` of planes."""
        return to_planes(self.operator.normal(to_images(x, self.parts)), self.parts)

    def pull(self, x: Tensor) -> Tensor:
        """Return `H' (y - H x)` of planes, by which the data pull at an image.

        In single precision it has less rounding than `H'y - H'H x`, a difference of large numbers.
        """
        return self.adjoint(self.data - self.forward(x))

    def start(self) -> Tensor:
        """Return a first image in planes, which need not lie in C."""
        return to_planes(self.operator.start(self.data), self.parts)

    @cached_property
    def norm(self) -> float:
        """The norm of `H`, or slightly more."""
        return self.operator.norm(self.data.real)

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the spectrum of the convolution nearest to `H'H`, on the grid of `Circulant`."""
        full = self.operator.spectrum(like)
        return symmetric(full) if self.parts == 1 else full

    def data_term(self, measured: Tensor) -> Tensor:
        """Return `1/2 |H x - y|^2` of each image, `(images,)` float64.

        In single precision, data far off would leave no trace of the others.

        Args:
            measured: `H x`, of the shape of the data.
        """
        wide = torch.promote_types(self.data.dtype, torch.float64)
        return 0.5 * total((measured.to(wide) - self.data).abs().square())

    def per_image(self, values: Tensor) -> Tensor:
        """Sum what belongs to the planes of an image, `(planes,)` to `(images,)`."""
        return values.view(-1, self.parts).sum(1)

    def per_plane(self, values: Tensor) -> Tensor:
        """Spread a number of each image, `(images,)`, over its planes, `(planes, 1, 1)`."""
        planes = values.repeat_interleave(self.parts)[:, None, None]
        return planes if values.dtype == torch.bool else planes.to(self.data.real.dtype)

    def inner(self, a: Tensor, b: Tensor) -> Tensor:
        """Return the inner product of each image, `(planes, height, width)` to `(images,)` float64."""
        return self.per_image(total(a * b))

    def wanted(self, x: Tensor) -> Tensor:
        """Return the part of planes that is wanted."""
        whole = x if self.part is None else x[:, *self.part]
        return whole if self.within is None else whole * self.within

    def images(self, x: Tensor) -> Tensor:
        """Return planes as images in the user's units, `(images, height, width)`, real or complex.

        Of several sets it is the root of their sum of squares, with the phase of the first.
        """
        images = to_images(x, self.parts) / self.scale
        if self.sets == 1:
            return images
        each = images.unflatten(1, (self.sets, -1))
        return each[:, 0].sgn() * each.abs().square().sum(1).sqrt()

    def double(self) -> Self:
        """Return the measurement with its data in double precision."""
        return replace(self, data=self.data.to(torch.promote_types(self.data.dtype, torch.float64)))

    def to(self, device: str | torch.device) -> Self:
        """Return the measurement with operator, data and set on a device."""
        domain, scale, within = self.domain, self.scale, self.within
        if domain.support is not None:
            domain = replace(domain, support=domain.support.to(device))  # type: ignore[type-var]
        if isinstance(scale, Tensor):
            scale = scale.to(device)
        if within is not None:
            within = within.to(device)
        operator, data = self.operator.to(device), self.data.to(device)
        return replace(self, operator=operator, data=data, domain=domain, scale=scale, within=within)
