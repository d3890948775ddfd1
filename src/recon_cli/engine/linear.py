"""Measurement operators `H`: what the data see of the image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor


class LinearOperator(Protocol):
    """A linear map `H` from images to data, with its adjoint; norm at most one.

    A batch of images is `(planes, height, width)`, see `domain`. Another operator joins by offering these
    members: no solver knows more of it.
    """

    @property
    def parts(self) -> int:
        """Planes of an image: 1 for real images, 2 for complex ones."""

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of the images that `forward` takes."""

    @property
    def support(self) -> Tensor | None:
        """Where images may differ from zero, `(height, width)` bool; None for everywhere."""

    def box_penalty(self, beta: float) -> float:
        """Return the penalty of the split `x = w` in `joint_admm`; 0.1 serves where nothing was measured."""

    def forward(self, x: Tensor) -> Tensor:
        """Return `H x`."""

    def adjoint(self, y: Tensor) -> Tensor:
        """Return `H' y`."""

    def normal(self, x: Tensor) -> Tensor:
        """Return `H' H x`."""

    def start(self, y: Tensor) -> Tensor:
        """Return a first image from the data: `H' y`, completed where no datum reaches a pixel."""

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the circulant part of `H'H` on the grid of `Circulant`, for preconditioning."""

    def dual_point(self, gradient: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """Return a good `w` for the lower bound on J, given `g` and an image near the minimum."""


@dataclass(frozen=True)
class Identity:
    """Denoising: the data are the image, `H = I`.

    Attributes:
        image_shape: height and width in pixels.
    """

    image_shape: tuple[int, int]
    parts: ClassVar[int] = 1
    support: ClassVar[None] = None

    def box_penalty(self, beta: float) -> float:
        """Return what was measured to be best."""
        del beta
        return 0.3

    def forward(self, x: Tensor) -> Tensor:
        """Return `x`."""
        return x

    def adjoint(self, y: Tensor) -> Tensor:
        """Return `y`."""
        return y

    def normal(self, x: Tensor) -> Tensor:
        """Return `x`."""
        return x

    def start(self, y: Tensor) -> Tensor:
        """Return `y`."""
        return y

    def spectrum(self, like: Tensor) -> Tensor:
        """Return ones, `(height, width // 2 + 1)`."""
        height, width = self.image_shape
        return like.new_ones(height, width // 2 + 1)

    def dual_point(self, gradient: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """Return the maximiser of the bound over `w`: `clip(y - g, 0, 1) - y`."""
        return (y - gradient).clamp(0, 1) - y


@dataclass(frozen=True)
class Crop:
    """The data are the middle of a larger image, whose frame of `margin` pixels is unknown.

    Attributes:
        data_shape: height and width of the data in pixels.
        margin: width of the unknown frame in pixels.
    """

    data_shape: tuple[int, int]
    margin: int
    parts: ClassVar[int] = 1
    support: ClassVar[None] = None

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of the larger image."""
        height, width = self.data_shape
        return height + 2 * self.margin, width + 2 * self.margin

    def box_penalty(self, beta: float) -> float:
        """Return less where beta is small: the patch term alone holds the frame. Measured from 0.04 on."""
        return 0.03 * min(1.0, (beta / 0.3) ** 1.5)

    def forward(self, x: Tensor) -> Tensor:
        """Cut the frame off."""
        height, width = self.data_shape
        return x[:, self.margin : self.margin + height, self.margin : self.margin + width]

    def adjoint(self, y: Tensor) -> Tensor:
        """Put a frame of zeros around the data."""
        return F.pad(y, (self.margin,) * 4)

    def normal(self, x: Tensor) -> Tensor:
        """Set the frame to zero."""
        return self.adjoint(self.forward(x))

    def start(self, y: Tensor) -> Tensor:
        """Continue the data into the frame by mirroring, without repeating the edge."""
        shape = zip(self.data_shape, self.image_shape, strict=True)
        rows, cols = (_mirror(inner, outer, self.margin, y.device) for inner, outer in shape)
        return y[:, rows][:, :, cols]

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the share of pixels with data at every frequency, `(height, width // 2 + 1)`."""
        height, width = self.image_shape
        share = self.data_shape[0] * self.data_shape[1] / (height * width)
        return like.new_full((height, width // 2 + 1), share)

    def dual_point(self, gradient: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """Return the maximiser of the bound over `w`: `clip(y - H g, 0, 1) - y`."""
        return (y - self.forward(gradient)).clamp(0, 1) - y


def _mirror(inner: int, outer: int, margin: int, device: torch.device) -> Tensor:
    """Indices that mirror a line of `inner` pixels to one of `outer`, also where the frame is wider."""
    period = max(2 * (inner - 1), 1)
    place = (torch.arange(outer, device=device) - margin).remainder(period)
    return torch.minimum(place, period - place).clamp(max=inner - 1)
