"""The certificate of joint ADMM: J at its iterates, and the bound that its multipliers give."""

from __future__ import annotations

import math

import torch

from ..certificate import RelativeGap, farthest
from ..priors.dictionary.dual_sums import DualSums
from ..priors.dictionary.problem import PatchProblem, objective
from ..priors.dictionary.solution import PatchSolution
from ..result import Status, StopRule
from .joint_iteration import JointIteration
from .newton import Newton, Point
from .settling import WINDOW

_LATER = 1.3
"""Ratio of the iterations of two looks at the gap on the way, at least."""


class JointCertificate:
    """J at the iterates, and the best bound on its minimum so far."""

    def __init__(self, problem: PatchProblem) -> None:
        """Begin without a bound; the precision of the problem is that of the result."""
        self._problem, self._like = problem, problem.start
        self._relative = RelativeGap(problem.measurement)
        images = problem.measurement.data.shape[0]
        self._bound = problem.start.new_full((images,), -torch.inf, dtype=torch.float64)
        self._total = torch.full_like(self._bound, torch.inf)
        self.gap = math.inf
        """The largest relative gap of the batch."""

    def follow(self, problem: PatchProblem) -> None:
        """Go on with the same problem in another precision; that of the result stays the first one's."""
        self._problem = problem

    def evaluate(self, solver: JointIteration) -> None:
        """Evaluate J, and the gap that the bound so far leaves."""
        self._total = objective(self._problem, solver.box, solver.codes).total
        self.gap = self._relative(self._total, self._bound)

    def advance(self, solver: JointIteration) -> None:
        """Do an iteration, and evaluate J and the bound that its multipliers give."""
        sums = DualSums(self._problem)
        solver.advance(sums)
        self._bound = torch.maximum(self._bound, sums.bound(solver.box))
        self.evaluate(solver)

    def take(self, point: Point) -> None:
        """Take J and the bound of a step of Newton's method."""
        self._bound = torch.maximum(self._bound, point.bound)
        self._total = point.total
        self.gap = self._relative(self._total, self._bound)

    @property
    def objective(self) -> float:
        """J summed over the batch."""
        return float(self._total.sum())

    def solution(
        self,
        solver: JointIteration | Newton,
        iteration: int,
        converged: bool,
        history: list[Status],
        rule: StopRule,
    ) -> PatchSolution:
        """Return what was found."""
        bound = torch.maximum(self._bound, self._relative.fixed)
        return PatchSolution(
            solver.box.to(self._like),
            iteration,
            self.objective,
            self.gap,
            converged,
            tuple(history),
            solver.codes.to(self._like),
            solver.multiplier.to(self._like),
            rule=rule,
            distance=farthest(self._problem.measurement, self._total, bound),
        )


class GapOnTheWay:
    """The gap at some iterations, less and less often: each costs about as much as an iteration.

    Its certificate is another one than that of the result, which stays the same.
    """

    def __init__(self, problem: PatchProblem, asked: bool) -> None:
        """Begin, with no gap at all unless it is asked for."""
        self._certificate = JointCertificate(problem) if asked else None
        self._due = float(WINDOW)

    def advance(self, solver: JointIteration, iteration: int) -> Status:
        """Do an iteration, and return its status, with J and the gap where they are due.

        Args:
            solver: the iterates.
            iteration: its number; only multiples of `WINDOW` are looked at.
        """
        if self._certificate is None or iteration % WINDOW or iteration < self._due:
            solver.advance()
            return Status(iteration)
        self._due = _LATER * iteration
        self._certificate.advance(solver)
        return Status(iteration, self._certificate.objective, self._certificate.gap)
