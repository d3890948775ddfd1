"""The set C that images live in, and how an image is kept as real planes.

A real image is one plane, `(height, width)`; a complex image is two, its real and its imaginary part. A
batch of images is `(planes, height, width)`, the planes of an image next to each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Protocol, Self

import torch
from torch import Tensor

from .reductions import pixel_sum


class Domain(Protocol):
    """A convex set of images, the same for every pixel."""

    @property
    def parts(self) -> int:
        """Planes of an image: 1 for real images, 2 for complex ones."""

    @property
    def support(self) -> Tensor | None:
        """Where images may differ from zero, `(height, width)` bool; None for everywhere."""

    @property
    def largest(self) -> float:
        """The largest magnitude that a pixel may have, as far as the set goes upwards."""

    def raised(self, factor: float) -> Self:
        """Return the set with a largest magnitude of so many times."""

    def project(self, x: Tensor) -> Tensor:
        """Return the nearest images of the set, `(planes, height, width)`."""

    def least(self, slope: Tensor) -> Tensor:
        """Return the minimum of `<slope, x>` over the set for each image, `(images,)` float64."""

    def outward(self, x: Tensor, direction: Tensor) -> Tensor:
        """Return the part of a direction that leaves the set at an image of it, `(planes, height, width)`."""


@dataclass(frozen=True)
class Box:
    """Real images with pixels between two bounds.

    Attributes:
        support: where they may differ from zero, `(height, width)` bool; None for everywhere.
        low: least value of a pixel.
        high: largest value of a pixel.
    """

    support: Tensor | None = None
    low: float = 0.0
    high: float = 1.0
    parts: ClassVar[int] = 1

    @property
    def largest(self) -> float:
        """See `Domain`."""
        return self.high

    def raised(self, factor: float) -> Self:
        """See `Domain`."""
        return replace(self, high=self.high * factor)

    def project(self, x: Tensor) -> Tensor:
        """See `Domain`."""
        return _within(x.clamp(self.low, self.high), self.support)

    def least(self, slope: Tensor) -> Tensor:
        """See `Domain`: the sum of `min(low slope_i, high slope_i)`."""
        ends = torch.minimum(self.low * slope, self.high * slope)
        return pixel_sum(_within(ends, self.support), torch.float64)

    def outward(self, x: Tensor, direction: Tensor) -> Tensor:
        """See `Domain`."""
        up = direction.clamp_min(0) * (x >= self.high)
        down = direction.clamp_max(0) * (x <= self.low)
        return up + down if self.support is None else torch.where(self.support, up + down, direction)


@dataclass(frozen=True)
class UnitDisc:
    """Complex images with pixels of magnitude at most 1, or another radius.

    Attributes:
        support: where they may differ from zero, `(height, width)` bool; None for everywhere.
        radius: the largest magnitude.
    """

    support: Tensor | None = None
    radius: float = 1.0
    parts: ClassVar[int] = 2

    @property
    def largest(self) -> float:
        """See `Domain`."""
        return self.radius

    def raised(self, factor: float) -> Self:
        """See `Domain`."""
        return replace(self, radius=self.radius * factor)

    def project(self, x: Tensor) -> Tensor:
        """See `Domain`."""
        pairs = x.view(-1, 2, *x.shape[1:])
        inside = (pairs / (_magnitudes(pairs) / self.radius).clamp_min(1)).view_as(x)
        return _within(inside, self.support)

    def least(self, slope: Tensor) -> Tensor:
        """See `Domain`: minus the radius times the sum of `|slope_i|`."""
        pairs = slope.view(-1, 2, *slope.shape[1:])
        return -self.radius * pixel_sum(_within(_magnitudes(pairs)[:, 0], self.support), torch.float64)

    def outward(self, x: Tensor, direction: Tensor) -> Tensor:
        """See `Domain`."""
        pairs, ahead = (t.view(-1, 2, *t.shape[1:]) for t in (x, direction))
        length = (pairs * ahead).sum(1, keepdim=True).clamp_min(0)
        edge = _magnitudes(pairs) >= self.radius * (1 - 4 * torch.finfo(x.dtype).eps)
        leaving = (length * pairs * edge / self.radius**2).view_as(x)
        return leaving if self.support is None else torch.where(self.support, leaving, direction)


def _magnitudes(pairs: Tensor) -> Tensor:
    """Return those of `(images, 2, height, width)`; `norm` takes a hundred times as long."""
    return pairs.square().sum(1, keepdim=True).sqrt()


def _within(x: Tensor, support: Tensor | None) -> Tensor:
    return x if support is None else x * support


def to_images(x: Tensor, parts: int) -> Tensor:
    """Join planes to images: `(planes, height, width)` to real or complex `(images, height, width)`."""
    return torch.complex(x[0::2], x[1::2]) if parts == 2 else x


def to_planes(z: Tensor, parts: int) -> Tensor:
    """Split images into planes, the adjoint of `to_images`; one part keeps the real part only."""
    if parts == 2:
        return torch.stack((z.real, z.imag if z.is_complex() else torch.zeros_like(z)), 1).flatten(0, 1)
    return z.real.contiguous() if z.is_complex() else z
