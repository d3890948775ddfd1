"""Nothing assumed: the adjoint of the measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..engine.result import Solution
from .footprint import Footprint
from .prior import PreparedPrior, Prior, Used

if TYPE_CHECKING:
    from ..engine.measurement import Measurement, Task
    from ..engine.result import Callback
    from ..solver import Solver


@dataclass(frozen=True)
class ZeroFilling(Prior, PreparedPrior):
    """The measurement's first image: in MRI zeros where nothing was sampled. It solves nothing."""

    name = "zero-filling"
    used = Used(name, "zero-filling (the adjoint of the measurement)")
    footprint = Footprint(name, 40)

    def prepare(self, task: Task, sigma: float | None, solver: Solver, weight: float = 1.0) -> ZeroFilling:
        """Return itself: there is nothing to resolve, and nothing of the solver is used."""
        del task, sigma, solver, weight
        return self

    def minimise(
        self, measurement: Measurement, callback: Callback | None = None, start: Solution | None = None
    ) -> Solution:
        """See `PreparedPrior`; the callback is never called."""
        return Solution(measurement.start(), 0, None, None, True, ())
