"""How k-space is reconstructed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..solving import SolverOptions

ImageModel = Literal["real", "complex"]


@dataclass(frozen=True)
class MriOptions(SolverOptions):
    """How k-space is reconstructed.

    Attributes:
        image: `real` keeps pixels in [0, 1], `complex` their magnitude at most 1, and real and imaginary
            part share the dictionary.
        centred: whether the origin of image and k-space is in the middle, or at `(0, 0)`.
    """

    image: ImageModel = "real"
    centred: bool = True
