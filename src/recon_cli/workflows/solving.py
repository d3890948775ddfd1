"""What denoising and MRI share: the options of a solver, its parameters, and the call."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Literal, Self

from ..engine.priors.dictionary.problem import PatchProblem
from ..engine.priors.dictionary.reweighting import Reweighting, minimise_twice
from ..engine.priors.dictionary.solution import PatchSolution
from ..engine.result import Callback
from ..engine.solvers.coordinate_descent import Inner, coordinate_descent
from ..engine.solvers.ipalm import ipalm
from ..engine.solvers.joint_admm import joint_admm
from ..errors import MissingParametersError, ReconError
from ..models.tuned import Tuned
from .device import Device

Mode = Literal["full", "early-stop", "unrolled"]
Solver = Literal["admm", "ipalm"]
_EXTREME = 1e12
_FIRST = (30, 3e-2)
"""Certified gap of the first of two minima over that of the second, and the most of it where that is less."""


@dataclass(frozen=True)
class SolverOptions:
    """How a problem is solved.

    Attributes:
        mode: the certified minimum of J, coordinate descent with early stopping, or a few sweeps of it.
        solver: of the mode `full`.
        inner: inner solvers of coordinate descent, accurate or those of the paper.
        steps: sweeps of the mode `unrolled`.
        beta: weight of the patch term; None takes the dictionary's for the mode.
        lam: soft-threshold level; None likewise.
        tolerance: of the mode's stop rule; None takes its default, see `complete`.
        max_iterations: most iterations, of each minimum where there are two.
        counts: so many iterations of the first of two minima and of the last one, whatever the stop rules
            say; of the mode `full`.
        device: `auto`, `cpu` or `cuda`.
    """

    mode: Mode = "full"
    solver: Solver = "admm"
    inner: Inner = "exact"
    steps: int = 2
    beta: float | None = None
    lam: float | None = None
    tolerance: float | None = None
    max_iterations: int = 10_000
    counts: tuple[int, int] | None = field(default=None, kw_only=True)
    device: Device = "auto"

    def __post_init__(self) -> None:
        """Raise a ReconError for values out of range."""
        for name, value in (("beta", self.beta), ("lam", self.lam), ("tol", self.tolerance)):
            if value is not None and not 0 < value < math.inf:
                raise ReconError(f"--{name} has to be a positive number, and is {value:g}", 2)
        if self.steps < 1 or self.max_iterations < 1:
            raise ReconError("--steps and --max-iter have to be at least 1", 2)

    @property
    def fixed_steps(self) -> int | None:
        """Number of iterations where no stop rule decides it."""
        return self.steps if self.mode == "unrolled" else None

    @property
    def solver_name(self) -> str:
        """The solver of the mode, in words."""
        return self.solver if self.mode == "full" else f"coordinate descent, {self.inner}"

    def filled(self, tuned: Tuned) -> Self:
        """Return these options with tuned parameters where none are given, its tolerance only with both."""
        own = self.beta or self.lam
        return replace(
            self,
            beta=self.beta or tuned.beta,
            lam=self.lam or tuned.lam,
            tolerance=self.tolerance or (None if own else tuned.tol),
        )

    def complete(self, tuned: Tuned | None, missing: str) -> Tuned:
        """Return what the solver is called with: the options' values where given, else the tuned ones.

        Without either, the tolerance is a certified relative gap of 1e-3 (`full`), a relative change of J
        of 1e-8 (`full` by iPALM), or a relative change of the iterates of 1e-4 (`early-stop`). A tuned
        tolerance holds with both tuned parameters only.

        Args:
            tuned: the dictionary's parameters for the task and mode, where it has some.
            missing: says what has no parameters, for the error.

        Raises:
            MissingParametersError: when beta or lam is missing.
            ReconError: when one is so extreme that single precision does not do.
        """
        beta = self.beta or (tuned and tuned.beta)
        lam = self.lam or (tuned and tuned.lam)
        if not beta or not lam:
            raise MissingParametersError(missing, "give --beta and --lam")
        for name, value in (("beta", beta), ("lam", lam)):
            if not 1 / _EXTREME <= value <= _EXTREME:
                raise ReconError(
                    f"{name} has to lie between {1 / _EXTREME:g} and {_EXTREME:g}, and is {value:g}", 2
                )
        usual = 1e-4
        if self.mode == "full":
            usual = 1e-3 if self.solver == "admm" else 1e-8
        elif tuned and tuned.tol and not (self.beta or self.lam):
            usual = tuned.tol
        return Tuned(beta, lam, self.tolerance or usual)


def solve(
    problem: PatchProblem,
    options: SolverOptions,
    tolerance: float | None,
    callback: Callback | None = None,
    start: PatchSolution | None = None,
    reweighting: Reweighting | None = None,
) -> PatchSolution:
    """Call the solver that the options name, with the tolerance of `SolverOptions.complete`.

    Args:
        problem: the problem.
        options: mode, solver and its limits.
        tolerance: of the stop rule.
        callback: called with the solver's status.
        start: an earlier result to go on from; only joint ADMM does.
        reweighting: of the dictionary; the mode `full` then minimises twice.

    Raises:
        ReconError: when the result is not finite.
    """
    assert tolerance is not None
    if options.mode != "full":
        result = _descend(problem, options, tolerance, callback)
    elif reweighting is None:
        result = _minimise(problem, options, 1, tolerance, start, callback)
    else:
        loose = tolerance
        if options.solver == "admm":
            loose = max(tolerance, min(_FIRST[0] * tolerance, _FIRST[1]))
        result = minimise_twice(
            problem,
            reweighting.to(problem.start),
            # from a second minimum it would stop at once, and give weights of its own
            lambda plain, tell: _minimise(plain, options, 0, loose, None, tell),
            lambda weighted, tell: _minimise(weighted, options, 1, tolerance, start, tell),
            callback,
        )
    if not (math.isfinite(result.gap) and bool(result.image.isfinite().all())):
        raise ReconError("the result is not finite; take beta and lam that are less extreme")
    return result


def _minimise(
    problem: PatchProblem,
    options: SolverOptions,
    which: int,
    tolerance: float,
    start: PatchSolution | None,
    callback: Callback | None,
) -> PatchSolution:
    """Find the first (0) of two minima, or the last one (1)."""
    most = options.max_iterations
    if options.counts:
        most, tolerance = options.counts[which], 0.0
    if options.solver == "admm":
        return joint_admm(problem, tolerance=tolerance, max_iterations=most, start=start, callback=callback)
    return ipalm(problem, tolerance=tolerance, max_iterations=most, callback=callback)


def _descend(
    problem: PatchProblem, options: SolverOptions, tolerance: float, callback: Callback | None
) -> PatchSolution:
    return coordinate_descent(
        problem,
        steps=options.steps if options.mode == "unrolled" else None,
        tolerance=tolerance,
        max_iterations=options.max_iterations,
        inner=options.inner,
        callback=callback,
    )
