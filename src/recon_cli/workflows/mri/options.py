"""How k-space is reconstructed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..solving import SolverOptions

ImageModel = Literal["real", "complex"]
Fft = Literal["centered", "uncentered", "shifted"]
"""Where the origin is: in the middle of image and k-space, at index 0 of both, or in the middle of k-space
and at index 0 of the image, as `fftshift(fft2(image))` has it."""


@dataclass(frozen=True)
class MriOptions(SolverOptions):
    """How k-space is reconstructed.

    Attributes:
        image: `real` keeps pixels in [0, 1], `complex` their magnitude at most 1, and real and imaginary
            part share the dictionary.
        fft: where image and k-space have their origin.
    """

    image: ImageModel = "real"
    fft: Fft = "centered"

    @property
    def centred(self) -> bool:
        """Whether the low frequencies are in the middle of k-space."""
        return self.fft != "uncentered"
