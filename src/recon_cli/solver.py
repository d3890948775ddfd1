"""How a reconstruction is solved, whatever the prior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from .arguments import is_count, one_of, positive
from .device import Device
from .errors import ReconError
from .modes import Mode

Algorithm = Literal["admm", "ipalm"]
Inner = Literal["exact", "fista"]


@dataclass(frozen=True)
class Solver:
    """Mode, stop rule, limits and device.

    Total variation and the ridge regulariser have one mode and one algorithm; they take tolerance, iterations
    and device.

    Attributes:
        mode: the minimum of J until the image has settled, or to a certified gap; coordinate descent with
            early stopping, or a few sweeps of it.
        tolerance: of the stop rule; None takes what is usual for prior and mode.
        max_iterations: most iterations, of the last minimum where there are two.
        device: `auto`, `cpu` or `cuda`.
        algorithm: of the mode `full`.
        inner: inner solvers of coordinate descent, accurate or those of the paper.
        steps: sweeps of the mode `unrolled`.
        settled: grey levels of 255 from the minimum, estimated, where the mode of that name ends without a
            tolerance; None takes what is usual for noise level and task.
        count: so many iterations of the last minimum, whatever the stop rule says.
        traced: whether the mode `settled` computes its certified gap on the way, too; the result is the same.
    """

    mode: Mode = "settled"
    tolerance: float | None = None
    max_iterations: int = 10_000
    device: Device = "auto"
    algorithm: Algorithm = "admm"
    inner: Inner = "exact"
    steps: int = 2
    settled: float | None = None
    count: int | None = None
    traced: bool = False

    def __post_init__(self) -> None:
        """Raise a ReconError for values out of range."""
        for name, known in (("mode", Mode), ("algorithm", Algorithm), ("inner", Inner), ("device", Device)):
            one_of(name, getattr(self, name), get_args(known))
        if self.tolerance is not None:
            positive("--tol", self.tolerance)
        if self.mode == "settled" and self.algorithm != "admm":
            raise ReconError("ipalm goes with the mode full", 2)
        if not (is_count(self.steps) and is_count(self.max_iterations)):
            raise ReconError("--steps and --max-iter have to be at least 1", 2)

    @property
    def fixed_steps(self) -> int | None:
        """Number of iterations where no stop rule decides it."""
        return self.steps if self.mode == "unrolled" else None

    def limits(self, tolerance: float) -> tuple[float, int]:
        """Return tolerance and most iterations of the last minimum.

        Args:
            tolerance: of the stop rule, where `count` does not take its place.
        """
        return (0.0, self.count) if self.count else (tolerance, self.max_iterations)

    @property
    def is_minimum(self) -> bool:
        """Whether the mode looks for the minimum of J."""
        return self.mode in ("settled", "full")

    @property
    def words(self) -> str:
        """The algorithm of the mode."""
        return self.algorithm if self.is_minimum else f"coordinate descent, {self.inner}"
