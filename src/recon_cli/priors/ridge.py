"""The learned convex ridge regulariser as a prior."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ..arguments import instance
from ..engine.priors.ridge.function import RidgeFunction
from ..engine.priors.ridge.regulariser import Profiles, RidgeRegulariser
from ..engine.priors.smooth import SmoothProblem
from ..engine.solvers.quasi_newton import USUAL_CHANGE, USUAL_GAP
from ..errors import ReconError
from ..models.registry import find_ridge
from ..models.ridge import Ridge, Strength
from .footprint import Footprint
from .prior import PreparedPrior, Prior, Used, known_level
from .smooth import minimum_of

if TYPE_CHECKING:
    import torch

    from ..engine.measurement import Measurement, Task
    from ..engine.result import Callback, Solution
    from ..models.tuned import Positive
    from ..modes import Mode
    from ..solver import Solver
    from .prior import Weights

_A_PIXEL, _A_FILTER = 440, 5
"""Of images and responses, more than measured with the bundled ones, and of a filter's spectrum."""
_FIXED = 600
"""For each pixel of a filter: its responses to the part of an image on which norms are found."""
_EXTREME = "the result is not finite; take another noise level or another regulariser"
_OF_MRI = 25.0
"""Noise level whose regulariser is taken for MRI, in 8-bit grey levels."""


@dataclass(frozen=True)
class RidgePrior(Prior):
    """`lam / mu R(mu x)` with a learned R, see `engine.priors.ridge.regulariser`; of Goujon et al.

    Attributes:
        model: a regulariser, a bundled name or a file; None takes the bundled one that suits the noise level.
        strength: lam and mu; None takes what suits noise level or task.
    """

    model: str | Ridge | None = None
    strength: Strength | None = None
    name = "crr"

    def __post_init__(self) -> None:
        """Raise a ReconError for what is no model."""
        if self.model is not None:
            instance("model", self.model, str, Ridge)

    def prepare(self, task: Task, sigma: float | None, solver: Solver, weight: float = 1.0) -> PreparedRidge:
        """See `Prior`."""
        ridge = self._ridge(task, sigma)
        strength = self.strength or _tuned(ridge, task, sigma, weight)
        return PreparedRidge(ridge, strength, None if task == "mri" else sigma, solver)

    def read(self, task: Task, sigma: float | None, mode: Mode) -> RidgePrior:
        """See `Prior`."""
        return replace(self, model=self._ridge(task, sigma))

    @property
    def learned(self) -> list[Weights]:
        """See `Prior`."""
        assert isinstance(self.model, Ridge)
        return self.model.learned

    def at(self, strengths: Positive) -> RidgePrior:
        """See `Prior`."""
        assert isinstance(strengths, Strength)
        return replace(self, strength=strengths)

    def usual(self, task: Task, sigma: float | None, mode: Mode, weight: float = 1.0) -> Strength:
        """See `Prior`; the regulariser's."""
        return _tuned(self._ridge(task, sigma), task, sigma, weight)

    def _ridge(self, task: Task, sigma: float | None) -> Ridge:
        if isinstance(self.model, Ridge):
            return self.model
        return find_ridge(self.model, _level(task, sigma))


def _level(task: Task, sigma: float | None) -> float:
    return _OF_MRI if task == "mri" else known_level(sigma)


def _tuned(ridge: Ridge, task: Task, sigma: float | None, weight: float) -> Strength:
    level = _level(task, sigma)
    strength = ridge.tuned_for(task, level)
    if strength and task != "mri":
        strength = Strength(strength.lam / weight, strength.mu)
    if strength is None:
        what = "MRI" if task == "mri" else f"sigma {level:g}"
        raise ReconError(f"{ridge.name} has no lam and mu for {what}", 2)
    return strength


@dataclass(frozen=True)
class PreparedRidge(PreparedPrior):
    """A regulariser with its strength.

    Attributes:
        ridge: R.
        strength: lam and mu.
        sigma: noise level, in 8-bit grey levels; None in MRI, where no curvature of the data makes the gap
            small before J has long settled: it stops where the image hardly changes.
        solver: tolerance and limits.
    """

    ridge: Ridge
    strength: Strength
    sigma: float | None
    solver: Solver

    @cached_property
    def footprint(self) -> Footprint:  # type: ignore[override]
        """See `PreparedPrior`."""
        filters, size = self.ridge.kernels.shape[:2]
        return Footprint(
            f"{self.ridge.name} with {filters} filters of {size} x {size} pixels",
            _A_PIXEL + _A_FILTER * filters,
            _FIXED * filters * size**2,
            2 * (size - 1),
        )

    @property
    def steepest(self) -> float:  # type: ignore[override]
        """See `PreparedPrior`."""
        return self.strength.lam * _regulariser(self.ridge, self.strength).steepest

    @property
    def smallest(self) -> int:  # type: ignore[override]
        """See `PreparedPrior`."""
        return self.ridge.size // 2 + 1

    @property
    def used(self) -> Used:  # type: ignore[override]
        """See `PreparedPrior`."""
        certified = self.sigma is not None
        tolerance = self.solver.tolerance or (USUAL_GAP if certified else USUAL_CHANGE)
        return Used(
            RidgePrior.name,
            "crr (convex ridge regulariser with the image's bounds, L-BFGS)",
            self.strength.as_json(),
            self.ridge.name,
            self.sigma,
            {} if certified else {"tol": tolerance},
            tolerance,
        )

    def minimise(
        self, measurement: Measurement, callback: Callback | None = None, start: Solution | None = None
    ) -> Solution:
        """See `PreparedPrior`."""
        least, (height, width) = self.smallest, measurement.shape
        if min(height, width) < least:
            raise ReconError(f"the image has {height} x {width} pixels; the filters need {least} x {least}")
        regulariser = _regulariser(self.ridge, self.strength, measurement.data.real)
        function = RidgeFunction(regulariser, (height, width))
        problem = SmoothProblem(measurement, function, self.strength.lam)
        if not math.isfinite(problem.lipschitz):
            raise ReconError(_EXTREME)
        found = minimum_of(problem, self.solver, callback, start)
        if not (math.isfinite(found.gap or 0) and bool(found.image.isfinite().all())):
            raise ReconError(_EXTREME)
        return found


def _regulariser(ridge: Ridge, strength: Strength, like: torch.Tensor | None = None) -> RidgeRegulariser:
    parts = (ridge.kernels, ridge.rises, ridge.spacings)
    kernels, rises, spacings = (part if like is None else part.to(like) for part in parts)
    return RidgeRegulariser(kernels, Profiles(rises, spacings)).scaled(strength.mu)
