"""What a measurement operator is, what holds for all of them, and two of them in turn."""

from __future__ import annotations

import copy
import math
from abc import ABC, abstractmethod
from typing import Self

import torch
from torch import Tensor

_POWERS, _SAFETY = 40, 1.02
"""Power iteration ends below the norm."""
_PROBES = 8
"""Random images that the spectrum is estimated from."""


class LinearOperator(ABC):
    """A linear map `H` from images to data, with its adjoint.

    Images are real or complex, `(images, height, width)`; data are `(images, ...)`, real or complex. A new
    operator has `image_shape`, `forward` and `adjoint`. The other members have defaults, which it overrides
    where it knows better. It takes single and double precision, in which the certificate is computed. `A @ B`
    applies B first; `Stack` measures one image by several operators.
    """

    image_shape: tuple[int, int]
    """Height and width of the images that `forward` takes."""
    is_identity: bool = False
    """Whether `H = I`, for which some solvers have faster methods."""
    is_periodic: bool = False
    """Whether the image goes on beyond its border as if it were repeated, as that of a Fourier transform."""
    is_convolution: bool = False
    """Whether `H'H` is the circular convolution whose eigenvalues are `spectrum`."""

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor:
        """Return `H x`: `(images, height, width)` to `(images, ...)`."""

    @abstractmethod
    def adjoint(self, y: Tensor) -> Tensor:
        """Return `H' y`: `(images, ...)` to `(images, height, width)`.

        It may be complex for data of real images; its real part then counts.
        """

    def normal(self, x: Tensor) -> Tensor:
        """Return `H' H x`, `(images, height, width)`."""
        return self.adjoint(self.forward(x))

    def norm(self, like: Tensor) -> float:
        """Return the norm of `H`, or slightly more: by power iteration.

        Args:
            like: a tensor of the precision and on the device of the images.
        """
        x = _noise((1, *self.image_shape), like)
        square = 0.0
        for _ in range(_POWERS):
            x = self.normal(x / x.norm().clamp_min(1e-30))
            square = float(x.norm())
        return _SAFETY * math.sqrt(square)

    def start(self, y: Tensor) -> Tensor:
        """Return a first image from the data, `(images, height, width)`: `H' y`, scaled as an inverse is."""
        image = self.adjoint(y)
        return image / self.norm(image.real) ** 2

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the eigenvalues of the convolution nearest to `H' H`, for preconditioning.

        Args:
            like: a real tensor of the precision and on the device of the images.

        Returns:
            On the grid of `torch.fft.fft2`, `(height, width)`, not negative; by default the mean of the
            diagonal, or estimated from random images, which is exact where `H' H` is a circular convolution.
        """
        diagonal = self.diagonal(like)
        if diagonal is not None:
            return diagonal.mean().expand(self.image_shape)
        probes = _noise((_PROBES, *self.image_shape), like)
        seen = self.adjoint(self.forward(probes))  # `normal` may leave out the imaginary part
        before, after = torch.fft.fft2(probes), torch.fft.fft2(seen)
        power = before.abs().square().sum(0)
        return ((before.conj() * after).real.sum(0) / power).clamp_min(0)

    def seen(self) -> Tensor | None:
        """Return which pixels data depend on, `(height, width)` bool; None for all."""
        return None

    def diagonal(self, like: Tensor) -> Tensor | None:
        """Return `H'H` where it multiplies each pixel by a number, `(height, width)`; else None.

        Args:
            like: a real tensor of the precision and on the device of the images.
        """
        del like
        return None

    def diagonal_through(self, diagonal: Tensor) -> Tensor | None:
        """Return the diagonal of `H' C H`, where it has one, for a C that multiplies each datum by a number.

        Args:
            diagonal: the numbers of C, of the shape of an image's data.
        """
        del diagonal
        return None

    @property
    def kernel_transform(self) -> Tensor | None:
        """Where H is a circular convolution with a real kernel, the transform of that; else None.

        On the grid of `torch.fft.fft2`, `(height, width)` complex.
        """
        return None

    def sampled_convolution(self, like: Tensor) -> tuple[Tensor, Tensor] | None:
        """Return C and M where `H'H` is `C' M C`, a circular convolution whose pixels count differently.

        Args:
            like: a real tensor of the precision and on the device of the images.

        Returns:
            The `kernel_transform` of C, and the diagonal of M, `(height, width)`; None where it is not known.
        """
        del like
        return None

    def spectrum_through(self, spectrum: Tensor) -> Tensor | None:
        """Return the spectrum of `H' C H` for a circular convolution C of the data, where it is known.

        Args:
            spectrum: eigenvalues of C, of the shape of an image's data.
        """
        del spectrum
        return None

    @property
    def held(self) -> int:
        """Bytes of its tensors, and of those of its operators."""
        groups = (value if isinstance(value, tuple) else (value,) for value in vars(self).values())
        return sum(_held(value) for group in groups for value in group)

    def to(self, device: str | torch.device) -> Self:
        """Return the operator with its tensors, and those of its operators, on a device."""
        moved = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, tuple):
                object.__setattr__(moved, name, tuple(_moved(part, device) for part in value))
            else:
                object.__setattr__(moved, name, _moved(value, device))
        return moved

    def __matmul__(self, inner: LinearOperator) -> LinearOperator:
        """Return the operator that applies `inner` first; the identity leaves the other as it is.

        Of several the one that is applied first stands alone: what follows it may be diagonal.
        """
        if self.is_identity or inner.is_identity:
            return inner if self.is_identity else self
        if isinstance(inner, Composition):
            return (self @ inner.outer) @ inner.inner
        return Composition(self, inner)


class Composition(LinearOperator):
    """`H = A B`, B first."""

    def __init__(self, outer: LinearOperator, inner: LinearOperator) -> None:
        """Join two operators: the data of `inner` are the images of `outer`."""
        self.outer, self.inner = outer, inner
        self.image_shape = inner.image_shape
        self.is_periodic = inner.is_periodic or outer.is_periodic

    def forward(self, x: Tensor) -> Tensor:
        """Return `A B x`."""
        return self.outer.forward(self.inner.forward(x))

    def adjoint(self, y: Tensor) -> Tensor:
        """Return `B' A' y`."""
        return self.inner.adjoint(self.outer.adjoint(y))

    def normal(self, x: Tensor) -> Tensor:
        """Return `B' A'A B x`."""
        return self.inner.adjoint(self.outer.normal(self.inner.forward(x)))

    def norm(self, like: Tensor) -> float:
        """Return the product of the norms, an upper bound."""
        return self.outer.norm(like) * self.inner.norm(like)

    def seen(self) -> Tensor | None:
        """Return what the inner operator sees, where it says so of what the outer one does."""
        outer = self.outer.seen()
        through = None if outer is None else self.inner.diagonal_through(outer.float())
        return self.inner.seen() if through is None else through > 0

    def diagonal(self, like: Tensor) -> Tensor | None:
        """Return the outer operator's, as the inner one puts it in its images."""
        outer = self.outer.diagonal(like)
        return None if outer is None else self.inner.diagonal_through(outer)

    def diagonal_through(self, diagonal: Tensor) -> Tensor | None:
        """Hand the numbers through both."""
        outer = self.outer.diagonal_through(diagonal)
        return None if outer is None else self.inner.diagonal_through(outer)

    def sampled_convolution(self, like: Tensor) -> tuple[Tensor, Tensor] | None:
        """Return what the inner operator convolves with, and the diagonal of the outer one."""
        transfer, diagonal = self.inner.kernel_transform, self.outer.diagonal(like)
        return None if transfer is None or diagonal is None else (transfer, diagonal)

    def start(self, y: Tensor) -> Tensor:
        """Return a first image for the first image of the outer operator's data."""
        return self.inner.start(self.outer.start(y))

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the spectrum that the inner operator knows of the two, or an estimate."""
        known = self.inner.spectrum_through(self.outer.spectrum(like))
        return super().spectrum(like) if known is None else known


def _moved(value: object, device: str | torch.device) -> object:
    return value.to(device) if isinstance(value, (Tensor, LinearOperator)) else value


def _held(value: object) -> int:
    if isinstance(value, Tensor):
        return value.nbytes
    return value.held if isinstance(value, LinearOperator) else 0


def _noise(shape: tuple[int, ...], like: Tensor) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(like)
