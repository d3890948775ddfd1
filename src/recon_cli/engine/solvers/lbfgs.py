"""The inverse Hessian of J: a circulant one, corrected by what the last moves tell (L-BFGS)."""

from __future__ import annotations

from collections import deque

import torch
from torch import Tensor

from ..circulant import Circulant
from ..priors.smooth import SmoothProblem

_PAIRS = 10


class Memory:
    """The last moves of a batch, with the changes of the gradient along them; each image by itself.

    What they do not tell is taken from the mean curvature of J at the start: frequencies that were not
    measured, and that the regulariser hardly sees, need long steps.

    Liu and Nocedal, "On the limited memory BFGS method for large scale optimization", 1989.
    """

    def __init__(self, problem: SmoothProblem, x: Tensor) -> None:
        """Begin with no moves.

        Args:
            problem: the problem.
            x: where its curvature is looked at, `(planes, height, width)`.
        """
        self._problem = problem
        self._inverse = Circulant(1 / problem.spectrum(x), problem.measurement.parts)
        self._pairs: deque[tuple[Tensor, Tensor]] = deque(maxlen=_PAIRS)

    def add(self, move: Tensor, change: Tensor) -> None:
        """Remember a move and the change of the gradient, both `(planes, height, width)`."""
        self._pairs.append((move, change))

    def forget(self, images: Tensor) -> None:
        """Take nothing more from the moves of these images, `(images,)` bool, so far."""
        keep = self._problem.measurement.per_plane(~images)
        self._pairs = deque(((move * keep, change) for move, change in self._pairs), maxlen=_PAIRS)

    def solve(self, gradient: Tensor, free: Tensor) -> Tensor:
        """Return the inverse Hessian times the gradient, on free pixels only.

        Args:
            gradient: `(planes, height, width)`.
            free: pixels that move, of the same shape, bool; the Hessian is restricted to them.

        Returns:
            `(planes, height, width)`, zero elsewhere. Moves without curvature there are passed over; before
            the first, the step is 1 / Lipschitz constant.
        """
        problem, measurement = self._problem, self._problem.measurement
        known: list[tuple[Tensor, Tensor]] = []
        step = torch.full_like(measurement.inner(gradient, gradient), 1 / problem.lipschitz)
        q = gradient * free
        for move, change in reversed(self._pairs):
            change = change * free
            curved = measurement.inner(move, change)
            inverse = torch.where(curved > 0, 1 / curved, 0)
            share = inverse * measurement.inner(move, q)
            if not known:
                length = curved / measurement.inner(change, self._inverse(change))
                told = curved > 0
                step = torch.where(told, length, step)
            known.append((inverse, share))
            q = q - measurement.per_plane(share) * change
        if known:
            q = torch.where(measurement.per_plane(told), self._inverse(q) * free, q)
        q = measurement.per_plane(step) * q
        for (move, change), (inverse, share) in zip(self._pairs, reversed(known), strict=True):
            q = q + measurement.per_plane(share - inverse * measurement.inner(change, q)) * (move * free)
        return q
