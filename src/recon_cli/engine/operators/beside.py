"""An operator for each image of a batch."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import pad

from .coil_sets import CoilSets
from .coils import CoilMaps
from .fourier import Fourier
from .linear import Composition, LinearOperator


class Beside(LinearOperator):
    """The first operator on the first image of a batch, the second one on the second, and so on.

    Fourier transforms of coils are computed for all images at once. Where an image has fewer coils than
    others, data of the missing ones are zero.
    """

    def __init__(self, operators: Sequence[LinearOperator]) -> None:
        """Put operators on images of one shape next to each other.

        Raises:
            ValueError: when there are none, or their images differ in shape.
        """
        shapes = {operator.image_shape for operator in operators}
        if len(shapes) != 1:
            raise ValueError(f"operators on images of the shapes {sorted(shapes)} have no batch in common")
        (self.image_shape,) = shapes
        self.operators = tuple(operators)
        self.is_periodic = any(operator.is_periodic for operator in operators)
        self._joined = _joined(operators)
        """One that treats the whole batch alike, where there is one."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the data of each image, which have one shape."""
        if self._joined is not None:
            return self._joined.forward(x)
        return torch.cat([one.forward(x[k : k + 1]) for k, one in enumerate(self.operators)])

    def adjoint(self, y: Tensor) -> Tensor:
        """Return `H' y` of each."""
        if self._joined is not None:
            return self._joined.adjoint(y)
        return torch.cat([one.adjoint(y[k : k + 1]) for k, one in enumerate(self.operators)])

    def normal(self, x: Tensor) -> Tensor:
        """Return `H' H x` of each."""
        if self._joined is not None:
            return self._joined.normal(x)
        return torch.cat([one.normal(x[k : k + 1]) for k, one in enumerate(self.operators)])

    def norm(self, like: Tensor) -> float:
        """Return the largest norm."""
        return max(operator.norm(like) for operator in self.operators)

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the mean of the spectra."""
        return torch.stack([operator.spectrum(like) for operator in self.operators]).mean(0)

    def seen(self) -> Tensor | None:
        """Return the pixels that data of some image depend on."""
        seen = [operator.seen() for operator in self.operators]
        known = [pixels for pixels in seen if pixels is not None]
        return torch.stack(known).any(0) if len(known) == len(seen) else None


class _Samples(Fourier):
    """Masks of each image, of coils."""

    def __init__(self, each: Sequence[Fourier]) -> None:
        super().__init__(torch.stack([one.mask for one in each])[:, None], each[0].origin)


class _Maps(CoilMaps):
    """Maps of each image, `(images, coils, height, width)`."""

    def __init__(self, each: Sequence[CoilMaps]) -> None:
        self.maps, self.image_shape = _padded([one.maps for one in each]), each[0].image_shape


class _Sets(CoilSets):
    """Maps of each image, `(images, sets, coils, height, width)`."""

    def __init__(self, each: Sequence[CoilSets]) -> None:
        self.maps, self.image_shape = _padded([one.maps for one in each]), each[0].image_shape


def _joined(operators: Sequence[LinearOperator]) -> LinearOperator | None:
    """Return an operator on the whole batch for samples of coils; None for others."""
    outer = [one.outer for one in operators if isinstance(one, Composition)]
    inner = [one.inner for one in operators if isinstance(one, Composition)]
    samples = [one for one in outer if isinstance(one, Fourier)]
    if not len(samples) == len(operators) == len(inner) or len({one.origin for one in samples}) > 1:
        return None
    maps = [one for one in inner if isinstance(one, CoilMaps)]
    sets = [one for one in inner if isinstance(one, CoilSets)]
    first = samples[0]
    alike = all(torch.equal(one.mask, first.mask) for one in samples)
    sampling = first if alike else _Samples(samples)
    if len(maps) == len(operators):
        return sampling @ _Maps(maps)
    return sampling @ _Sets(sets) if len(sets) == len(operators) else None


def _padded(maps: Sequence[Tensor]) -> Tensor:
    """Return maps of each image as one tensor, those of coils that an image lacks zero."""
    most = max(each.shape[-3] for each in maps)
    return torch.stack([pad(each, (0, 0, 0, 0, 0, most - each.shape[-3])) for each in maps])
