"""Total variation as a prior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..arguments import positive
from ..engine.priors.analysis import AnalysisProblem
from ..engine.priors.total_variation import STEEPEST, TotalVariation
from .analysis import TOLERANCE, minimum_of, settled_of
from .footprint import Footprint
from .one_parameter import TV, OneParameter, at_level
from .prior import PreparedPrior, Prior, Used, known_level

if TYPE_CHECKING:
    from ..engine.measurement import Measurement, Task
    from ..engine.result import Callback, Solution
    from ..models.tuned import Positive
    from ..modes import Mode
    from ..solver import Solver

TV_WEIGHT = 0.0055
"""In MRI: between the best ones of the brain image with radial and Cartesian masks, 0.0061 and 0.0050."""


@dataclass(frozen=True)
class TotalVariationPrior(Prior):
    """`weight TV(x)`, see `engine.priors.total_variation`.

    Attributes:
        weight: in units where bright pixels are near 1; None takes what suits noise level or task.
    """

    weight: float | None = None
    name = "tv"

    def __post_init__(self) -> None:
        """Raise a ReconError for a weight out of range."""
        if self.weight is not None:
            positive("--weight", self.weight)

    def prepare(
        self, task: Task, sigma: float | None, solver: Solver, weight: float = 1.0
    ) -> PreparedTotalVariation:
        """See `Prior`."""
        own = self.weight or self.usual(task, sigma, solver.mode, weight).value
        return PreparedTotalVariation(own, None if task == "mri" else sigma, solver)

    def at(self, strengths: Positive) -> TotalVariationPrior:
        """See `Prior`."""
        assert isinstance(strengths, OneParameter)
        return TotalVariationPrior(strengths.value)

    def usual(self, task: Task, sigma: float | None, mode: Mode, weight: float = 1.0) -> OneParameter:
        """See `Prior`; what suits noise level or task."""
        if task == "mri":
            return OneParameter("weight", TV_WEIGHT)
        return OneParameter("weight", at_level(TV, known_level(sigma)) / weight)


@dataclass(frozen=True)
class PreparedTotalVariation(PreparedPrior):
    """Total variation with its weight.

    Attributes:
        weight: see `TotalVariationPrior`.
        sigma: noise level, in 8-bit grey levels, or None.
        solver: tolerance and limits.
    """

    weight: float
    sigma: float | None
    solver: Solver
    footprint = Footprint("tv", 120)

    @property
    def steepest(self) -> float:  # type: ignore[override]
        """See `PreparedPrior`."""
        return STEEPEST * self.weight

    @property
    def used(self) -> Used:  # type: ignore[override]
        """See `PreparedPrior`."""
        return Used(
            TotalVariationPrior.name,
            "tv (total variation with the image's bounds, primal-dual)",
            {"weight": self.weight},
            sigma=self.sigma,
            tolerance=settled_of(self.solver) or self.solver.tolerance or TOLERANCE,
        )

    def minimise(
        self, measurement: Measurement, callback: Callback | None = None, start: Solution | None = None
    ) -> Solution:
        """See `PreparedPrior`."""
        problem = AnalysisProblem(measurement, TotalVariation(measurement.parts), self.weight)
        return minimum_of(problem, self.solver, callback, start)
