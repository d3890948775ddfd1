"""When an image has settled, though its codes have not."""

from __future__ import annotations

import math

from torch import Tensor

from ..certificate import GREY_LEVELS

WINDOW = 3
"""Iterations between two images."""
OF_ADMM, OF_CONDAT = 1.2, 3.0
"""Distance over change, of joint ADMM and of Condat's method."""
_FEWEST = 12


class Settling:
    """Estimates how far an image still is from its limit, by how much it changed lately.

    The images of joint ADMM near their limit slower and slower: the codes that decide late whether they are
    zero move few pixels. On photographs at noise levels from 1 to 50 the distance was at most 1.2 times the
    change of the last three iterations times the square root of their number, from the twelfth on; those of
    Condat's method with total variation, of blurs and holes, at most 3 times.
    """

    def __init__(self, image: Tensor, parts: int, share: float = OF_ADMM) -> None:
        """Begin with an image.

        Args:
            image: before the first iteration, `(planes, height, width)`.
            parts: planes of an image.
            share: of the solver.
        """
        self._last, self._parts, self._share = image, parts, share

    def distance(self, image: Tensor, iteration: int) -> float:
        """Return the estimate for an image, and keep it for the next one.

        Args:
            image: the iterate, of the same shape.
            iteration: its number, `WINDOW` more than that of the last image.

        Returns:
            The largest of the batch, root mean square, in grey levels of 255 for images in [0, 1].
        """
        planes = (image - self._last).square().mean((1, 2))
        change = float(planes.view(-1, self._parts).sum(1).max().sqrt())
        self._last = image
        return math.inf if iteration < _FEWEST else self._share * GREY_LEVELS * change * math.sqrt(iteration)
