"""What is large or small at good parameters: quality against a reference, or what stands in for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ...tasks import TaskName

_TASKS: tuple[TaskName, ...] = get_args(TaskName)
_SQUARED = "squared units of the data"
_FURTHER = 5.0
"""How far a value may go after ten iterations, relative to what it moved in the last five. Measured: at
most 4.3, on a nearly flat image at 62 dB, where fewer would lose the best points."""


@dataclass(frozen=True)
class Criterion:
    """What is optimised.

    Attributes:
        name: as the user gives it.
        unit: of its values, for tables and figures.
        larger: whether larger is better.
        reference: whether it needs clean images.
        tasks: those that it is made for.
        margin: how much worse than the best a point may look after a few iterations before it is given up,
            relative to the best value where `relative`; None where early values say nothing.
        worth: least gain for which a search goes on, likewise relative or not.
        relative: see `margin`.
    """

    name: str
    unit: str
    larger: bool
    reference: bool
    tasks: tuple[TaskName, ...]
    margin: float | None
    worth: float
    relative: bool = False

    def better(self, value: float, other: float) -> bool:
        """Return whether a value is better than another one."""
        return self._lead(value, other) > 0

    def gains(self, value: float, before: float) -> bool:
        """Return whether a value is so much better than the one before that a search should go on."""
        return self._lead(value, before) > self._at(before, self.worth)

    def hopeless(self, early: float, value: float, best: float) -> bool:
        """Return whether a point cannot come to beat the best.

        Args:
            early: its value after a few iterations.
            value: after as many again; it may go on to move by a multiple of the difference.
            best: to beat.
        """
        if self.margin is None:
            return False
        return self._lead(best, value) > self._at(best, self.margin) + _FURTHER * abs(value - early)

    def _lead(self, value: float, other: float) -> float:
        return value - other if self.larger else other - value

    def _at(self, value: float, share: float) -> float:
        return share * abs(value) if self.relative else share


CRITERIA = {
    criterion.name: criterion
    for criterion in (
        Criterion("psnr", "PSNR (dB)", True, True, _TASKS, 0.1, 0.001),
        Criterion("ssim", "SSIM", True, True, _TASKS, 0.006, 5e-5),
        Criterion("sure", "SURE (squared intensity)", False, False, _TASKS[:-1], 0.03, 5e-4, relative=True),
        Criterion("discrepancy", f"discrepancy ({_SQUARED})", False, False, _TASKS, None, 0.0),
        Criterion(
            "holdout", f"estimated error ({_SQUARED})", False, False, _TASKS[1:], 0.03, 5e-4, relative=True
        ),
    )
}


def check_criterion(name: str, task: TaskName) -> None:
    """Raise a ReconError for a criterion that is not made for a task."""
    tasks = CRITERIA[name].tasks
    if task not in tasks:
        others = " or ".join(c.name for c in CRITERIA.values() if task in c.tasks)
        made = f"--criterion {name} is not for --task {task}"
        raise ReconError(f"{made}, but for --task {' or '.join(tasks)}; take {others}, or another task", 2)


def choose_criterion(name: str | None, task: TaskName, reference: bool, is_noise_known: bool) -> Criterion:
    """Return the criterion, checked.

    Args:
        name: the user's choice; with None PSNR, without a reference hold-out.
        task: the task.
        reference: whether clean images are known.
        is_noise_known: whether the noise level is.

    Raises:
        ReconError: when the criterion is not made for the task, or lacks a reference or the noise level.
    """
    if name is None:
        name = "psnr" if reference else "holdout"
    check_criterion(name, task)
    criterion = CRITERIA[name]
    if criterion.reference and not reference:
        raise ReconError(
            f"--criterion {name} needs --reference with the clean images; without one take holdout", 2
        )
    if name == "discrepancy" and not is_noise_known:
        raise ReconError("--criterion discrepancy needs the noise level, --sigma", 2)
    return criterion


def sure(
    image: NDArray[np.floating[Any]],
    noisy: NDArray[np.floating[Any]],
    shifted: NDArray[np.floating[Any]],
    shift: NDArray[np.floating[Any]],
    sigma: float,
) -> float:
    """Return Stein's unbiased estimate of the mean squared error, with a Monte-Carlo divergence.

    Of data `y = H x + noise` it is the predicted risk, the mean of `|H f(y) - H x|^2`, with `H f(y)` for the
    image. The error projected on what H shows (GSURE, Eldar 2009) would divide by its transfer function.

    Ramani, Blu and Unser, IEEE Trans. Image Process. 17 (2008): the divergence of a denoiser `f` is
    estimated by `b' (f(y + e b) - f(y)) / e` with independent signs `b`.

    Args:
        image: `f(y)`, `(height, width)`.
        noisy: `y`.
        shifted: `f(y + e b)`.
        shift: `e b`.
        sigma: standard deviation of the noise, in the units of the image.
    """
    wide = [np.asarray(array, np.float64) for array in (image, noisy, shifted, shift)]
    x, y, moved, step = wide
    divergence = float(((moved - x) * step).sum() / (step**2).mean())
    return float(((x - y) ** 2).mean()) - sigma**2 + 2 * sigma**2 * divergence / x.size


def discrepancy(residual: NDArray[Any], sigma: float) -> float:
    """Return how far the mean square of a residual is from the variance of the noise.

    Args:
        residual: `H x - y`, real or complex.
        sigma: standard deviation of the noise in the same units, of complex noise of both parts together.
    """
    return abs(float((np.abs(residual.astype(np.complex128)) ** 2).mean()) - sigma**2)
