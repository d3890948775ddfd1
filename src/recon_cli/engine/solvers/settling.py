"""When an image has settled, though its codes have not."""

from __future__ import annotations

import math
from typing import NamedTuple

from torch import Tensor

from ..certificate import GREY_LEVELS

WINDOW = 3
"""Iterations between two images."""


class Law(NamedTuple):
    """How far an image is from its limit: `min(share * k**0.5, early * k)` times its change over the window.

    Attributes:
        share: of a solver and a task, k being the number of iterations.
        early: where images near their limit as one over k in the beginning.
        fewest: iterations from which on it holds.
    """

    share: float
    early: float = math.inf
    fewest: int = 12


OF_ADMM, OF_CONDAT, OF_MRI = Law(1.2), Law(3.0), Law(1.2, 0.12, 9)


class Settling:
    """Estimates how far an image still is from its limit, by how much it changed lately.

    The images of joint ADMM near their limit slower and slower: the codes that decide late whether they are
    zero move few pixels. On photographs at noise levels from 1 to 50 the distance was at most 1.2 times the
    change of the last three iterations times the square root of their number, from the twelfth on; those of
    Condat's method with total variation, of blurs and holes, at most 3 times. In MRI it was mostly at
    most the change times an eighth of their number, from the ninth on, or less than a grey level.
    """

    def __init__(self, image: Tensor, parts: int, law: Law = OF_ADMM) -> None:
        """Begin with an image.

        Args:
            image: before the first iteration, `(planes, height, width)`.
            parts: planes of an image.
            law: of solver and task.
        """
        self._last, self._iteration, self._parts, self._law = image, 0, parts, law

    def distance(self, image: Tensor, iteration: int) -> float:
        """Return the estimate for an image, and keep it for the next one.

        Args:
            image: the iterate, of the same shape.
            iteration: its number, `WINDOW` more than that of the last image, or less at the end.

        Returns:
            The largest of the batch, root mean square, in grey levels of 255 for images in [0, 1].
        """
        planes = (image - self._last).square().mean((1, 2))
        change = float(planes.view(-1, self._parts).sum(1).max().sqrt())
        change *= WINDOW / (iteration - self._iteration)
        self._last, self._iteration = image, iteration
        share, early, fewest = self._law
        if iteration < fewest:
            return math.inf
        return GREY_LEVELS * change * min(share * math.sqrt(iteration), early * iteration)
