"""How a reconstruction is solved, whatever the prior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from .arguments import is_count, one_of, positive
from .device import Device
from .errors import ReconError

Mode = Literal["full", "early-stop", "unrolled"]
Algorithm = Literal["admm", "ipalm"]
Inner = Literal["exact", "fista"]


@dataclass(frozen=True)
class Solver:
    """Mode, stop rule, limits and device.

    Total variation and the ridge regulariser have one mode and one algorithm; they take tolerance, iterations
    and device.

    Attributes:
        mode: the certified minimum of J, coordinate descent with early stopping, or a few sweeps of it.
        tolerance: of the stop rule; None takes what is usual for prior and mode.
        max_iterations: most iterations, of each minimum where there are two.
        device: `auto`, `cpu` or `cuda`.
        algorithm: of the mode `full`.
        inner: inner solvers of coordinate descent, accurate or those of the paper.
        steps: sweeps of the mode `unrolled`.
        counts: so many iterations of the first of two minima and of the last one, whatever the stop rules
            say; of the mode `full`. The first is 0 where there is one minimum.
    """

    mode: Mode = "full"
    tolerance: float | None = None
    max_iterations: int = 10_000
    device: Device = "auto"
    algorithm: Algorithm = "admm"
    inner: Inner = "exact"
    steps: int = 2
    counts: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Raise a ReconError for values out of range."""
        for name, known in (("mode", Mode), ("algorithm", Algorithm), ("inner", Inner), ("device", Device)):
            one_of(name, getattr(self, name), get_args(known))
        if self.tolerance is not None:
            positive("--tol", self.tolerance)
        if not (is_count(self.steps) and is_count(self.max_iterations)):
            raise ReconError("--steps and --max-iter have to be at least 1", 2)

    @property
    def fixed_steps(self) -> int | None:
        """Number of iterations where no stop rule decides it."""
        return self.steps if self.mode == "unrolled" else None

    def limits(self, tolerance: float, which: int = 1) -> tuple[float, int]:
        """Return tolerance and most iterations of the first (0) of two minima, or of the last one (1).

        Args:
            tolerance: of the stop rule, where `counts` does not take its place.
            which: of the minima.
        """
        return (0.0, self.counts[which]) if self.counts else (tolerance, self.max_iterations)

    @property
    def words(self) -> str:
        """The algorithm of the mode."""
        return self.algorithm if self.mode == "full" else f"coordinate descent, {self.inner}"
