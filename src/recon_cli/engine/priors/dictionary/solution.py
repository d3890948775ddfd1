"""What a solver of the dictionary's problem returns."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ...result import Solution
from .codes import Codes


@dataclass(frozen=True)
class PatchSolution(Solution):
    """A minimiser of J, in the domain, or an approximation of it.

    Attributes:
        codes: the sparse codes that belong to the image.
        multiplier: of the split of the image, of the image's shape, for a warm start of joint ADMM.
        framed: the image with the frame that its measurement was extended by, where it was; codes and
            multiplier belong to it.
        first_iterations: how many of the iterations were those of a first minimum, whose codes gave weights.
    """

    codes: Codes
    multiplier: Tensor | None = None
    first_iterations: int = 0
    framed: Tensor | None = None
