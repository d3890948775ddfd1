"""Sparse wavelet coefficients as a prior for k-space, which users of BART would take instead."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..arguments import positive
from ..engine.certificate import GREY_LEVELS
from ..engine.solvers.shifted_shrinkage import shifted_shrinkage
from ..errors import ReconError
from .footprint import Footprint
from .prior import PreparedPrior, Prior, Used

if TYPE_CHECKING:
    from ..engine.measurement import Measurement, Task
    from ..engine.result import Callback, Solution
    from ..solver import Solver

_ITERATIONS = 60
_OF_NOISE = 0.2
"""Of the weight over the noise of a real part, both for images in [0, 1]: median of the best ones for masks
of 2 to 8 fold, 1 to 32 coils and noise from 0.002 to 0.1."""
_USUAL = 10 / math.sqrt(2)
"""Noise where it is not known, in grey levels: that of the paper."""


@dataclass(frozen=True)
class WaveletSparsity(Prior):
    """`weight |W x|_1`, see `shifted_shrinkage`.

    Attributes:
        weight: in units where bright pixels are near 1; None takes what suits the noise.
    """

    weight: float | None = None
    name = "wavelet"

    def __post_init__(self) -> None:
        """Raise a ReconError for a weight out of range."""
        if self.weight is not None:
            positive("--weight", self.weight)

    def prepare(
        self, task: Task, sigma: float | None, solver: Solver, weight: float = 1.0
    ) -> PreparedWaveletSparsity:
        """See `Prior`.

        Raises:
            ReconError: when the task is another than MRI.
        """
        if task != "mri":
            raise ReconError("sparse wavelets are for k-space; for images take Wavelets", 2)
        own = self.weight or _usual(sigma, weight)
        return PreparedWaveletSparsity(own, min(solver.count or _ITERATIONS, solver.max_iterations))


def _usual(sigma: float | None, weight: float) -> float:
    """Return the weight that suits the noise of the data themselves."""
    return _OF_NOISE * (_USUAL if sigma is None else sigma / math.sqrt(weight)) / GREY_LEVELS


@dataclass(frozen=True)
class PreparedWaveletSparsity(PreparedPrior):
    """Sparse wavelets with their weight.

    Attributes:
        weight: see `WaveletSparsity`.
        iterations: how many.
    """

    weight: float
    iterations: int
    footprint = Footprint("wavelet", 120)

    @property
    def used(self) -> Used:  # type: ignore[override]
        """See `PreparedPrior`."""
        about = "wavelet (soft thresholds on wavelets of random shifts, accelerated gradient steps)"
        return Used(WaveletSparsity.name, about, {"weight": self.weight})

    def minimise(
        self, measurement: Measurement, callback: Callback | None = None, start: Solution | None = None
    ) -> Solution:
        """See `PreparedPrior`."""
        return shifted_shrinkage(measurement, self.weight, self.iterations, callback)
