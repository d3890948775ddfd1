"""What cameras and scans see as cases of tuning: an image each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from ...reconstruction import reconstruct
from .case import Case, Trial
from .criteria import discrepancy, sure

if TYPE_CHECKING:
    from ...engine.measurement import Measurement
    from ...priors.prior import Prior
    from ...quality.scores import Reference
    from ...reconstruction import Reconstruction
    from ...solver import Solver
    from ..seen import Seen

_SHARE = 0.1
"""Part of the data that is kept out."""
_STEP = 0.1
"""Length of SURE's finite difference, in standard deviations of the noise."""


@dataclass(frozen=True)
class SeenCase(Case):
    """An image.

    Attributes:
        seen: its data; `measurement` is from those that are reconstructed from.
        held_out: the data that are predicted, of the shape of an image's data; None for other criteria.
        shift: SURE's perturbation of the data; None for other criteria.
    """

    seen: Seen
    held_out: NDArray[np.bool_] | None
    shift: NDArray[np.float32] | None

    def evaluate(self, prior: Prior, solver: Solver, start: Reconstruction | None = None) -> Trial:
        """See `Case`."""
        solver = self.seen.solver(solver)
        done = reconstruct(self.measurement, prior, solver, start=start)
        whole, level = self.seen.measurement, (self.seen.measurement.sigma or 0) / 255
        data, where, value = whole.data.numpy(), self.seen.where[None], None
        if self.held_out is not None:
            missed = (self._predicted(done) - data)[self.held_out[None]].astype(np.float64)
            value = float((missed**2).mean()) - level**2
        elif self.shift is not None:
            same = replace(solver, count=done.last_iterations)
            other = replace(whole, data=whole.data + torch.from_numpy(self.shift))
            moved = reconstruct(other, prior, same, start=start)
            here, there = self._predicted(done)[where], self._predicted(moved)[where]
            value = sure(here, data[where], there, self.shift[where[0]], level)
        elif self.criterion == "discrepancy":
            value = discrepancy((self._predicted(done) - data)[where], level)
        return self.judged(done, np.asarray(done.image), None if value is None else [value])

    def _predicted(self, done: Reconstruction) -> NDArray[np.float32]:
        """Return the data that an image would have."""
        assert done.solution is not None
        predicted: NDArray[np.float32] = self.seen.measurement.forward(done.solution.image.cpu()).numpy()
        return predicted

    def arrays(self) -> list[NDArray[Any]]:
        """See `Case`."""
        optional = (self.held_out, self.shift)
        return [*super().arrays(), self.seen.where, *(array for array in optional if array is not None)]


def seen_case(seen: Seen, truth: Reference | None, criterion: str, seed: int) -> SeenCase:
    """Make a case of an image.

    Args:
        seen: its data.
        truth: the clean image, or None.
        criterion: name of the criterion.
        seed: of what is kept out, and of SURE's perturbation.
    """
    measurement: Measurement = seen.measurement
    where = seen.where
    held_out = shift = None
    rng = np.random.default_rng(seed)
    if criterion == "holdout":
        shape = (where.shape[0], 1) if seen.by_row else where.shape
        held_out = where & (rng.permutation(np.prod(shape)).reshape(shape) < max(1, _SHARE * np.prod(shape)))
        measurement = seen.without(held_out)
    elif criterion == "sure":
        length = np.float32(_STEP * (measurement.sigma or 0) / 255)
        shift = (
            length * where.astype(np.float32) * (2 * rng.integers(0, 2, where.shape).astype(np.float32) - 1)
        )
    return SeenCase(measurement, truth, criterion, seen, held_out, shift, picture=seen.picture)
