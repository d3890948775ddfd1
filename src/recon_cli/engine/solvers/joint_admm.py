"""The default solver of the minimum: ADMM that updates image and codes jointly."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from ..priors.dictionary.codes import Codes
from ..priors.dictionary.problem import PatchProblem
from ..priors.dictionary.solution import PatchSolution
from ..result import GAP, SETTLED, Callback, Status, StopRule
from .joint_certificate import GapOnTheWay, JointCertificate
from .joint_iteration import JointIteration
from .newton import Newton, suits
from .settling import OF_ADMM, OF_MRI, WINDOW, Settling
from .split import IMAGE, PROOF, Split

_PROVEN = 3e-4
"""Relative gap that single precision proves where `H'H` is diagonal, whatever the weights."""
_STALLED, _MEANWHILE = 0.7, 50
"""A gap that keeps more than this share of itself over so many iterations is held up by rounding."""
_LARGE, _STANDING, _OPEN = 0.02, 0.98, 0.9
"""Larger gaps fall slowly for other reasons, and are held up where they keep this share. Those near 1 wait
for their multipliers."""
_LONG = 700
"""Iterations that a few steps of Newton's method cost."""


def may_need_double(tolerance: float, is_diagonal: bool, is_weighted: bool) -> bool:
    """Return whether `joint_admm` may go on in double precision.

    Args:
        tolerance: of its gap; 0 where iterations are counted only.
        is_diagonal: whether `H'H` is diagonal, as in denoising.
        is_weighted: whether the penalties have weights: of very different ones the small ones round away.
    """
    return tolerance > 0 and (not is_diagonal or is_weighted or tolerance < _PROVEN)


def joint_admm(
    problem: PatchProblem,
    *,
    tolerance: float = 1e-3,
    max_iterations: int = 2000,
    check_every: int = 5,
    start: PatchSolution | None = None,
    overwrite_start: bool = False,
    callback: Callback | None = None,
) -> PatchSolution:
    """Minimise J until the certified relative duality gap is small.

    Weights may leave atoms almost free, whose multipliers come late: where the gap falls slowly then,
    Newton's method goes on, see `newton`. Elsewhere, where rounding in single precision holds the gap up, the
    iteration goes on in double precision. Directions that the data do not see make that needed in MRI.

    Args:
        problem: the problem.
        tolerance: stops when the relative gap of every image is at most this.
        max_iterations: stops after so many.
        check_every: iterations between two evaluations of J and its bound.
        start: this solver's result for a problem of the same shape, with any beta, lam and weights, to go on
            from.
        overwrite_start: whether the memory of its codes may be taken over.
        callback: called with the status of each iteration, see `Status`.

    Returns:
        The image in the box, the codes and the certified gap. Not converged when the gap is still
        above the tolerance.

    Raises:
        ValueError: when `max_iterations` is less than 1, or the start belongs to another solver.
    """
    begun = _begun(problem, PROOF, max_iterations, start, overwrite_start)
    solver: JointIteration | Newton = begun
    certificate = JointCertificate(problem)
    is_diagonal = begun.system.diagonal is not None
    may_polish = tolerance > 0 and suits(problem)  # with a tolerance of 0 the iterations are counted only
    may_widen = may_need_double(tolerance, is_diagonal, problem.weights is not None)
    history: list[Status] = []
    certificate.evaluate(begun)  # the gap is small already for a constant image
    iteration = 0
    while certificate.gap > tolerance and iteration < max_iterations:
        iteration += 1
        if isinstance(solver, Newton):
            solver.advance()
            certificate.take(solver.point)
        elif iteration % check_every and iteration < max_iterations:
            solver.advance()
            if callback:
                callback(Status(iteration))
            continue
        else:
            certificate.advance(solver)
        history.append(Status(iteration, certificate.objective, certificate.gap))
        if callback:
            callback(history[-1]._replace(image=solver.box))
        if isinstance(solver, Newton) or solver.x.dtype == torch.float64 or iteration == max_iterations:
            continue
        if may_polish:
            if _left(history, tolerance) > _LONG:
                solver = Newton(solver)
                certificate.take(solver.point)
        elif may_widen and _is_held_up(history):
            solver = _in_double(solver)
            certificate.follow(solver.problem)
    rule = StopRule(GAP, tolerance)
    return certificate.solution(solver, iteration, certificate.gap <= tolerance, history, rule)


def settled_admm(
    problem: PatchProblem,
    *,
    tolerance: float = 0.1,
    max_iterations: int = 2000,
    start: PatchSolution | None = None,
    overwrite_start: bool = False,
    callback: Callback | None = None,
    wanted: Callable[[Tensor], Tensor] = lambda image: image,
    traced: bool = False,
) -> PatchSolution:
    """Minimise J until the image has settled, see `Settling`; the result has the certificate of the end.

    Args:
        problem: the problem.
        tolerance: stops when the image of every measurement is about so near to the minimum, in grey levels
            of 255 for images in [0, 1], root mean square.
        max_iterations: stops after so many.
        start: see `joint_admm`.
        overwrite_start: likewise.
        callback: called with the status of each iteration, see `Status`.
        wanted: returns the part of an image that has to settle: all but a frame, whose pixels come late.
        traced: whether the gap is computed on the way, too, see `GapOnTheWay`; the result is the same.

    Returns:
        The image in the box, the codes and the certified gap that they have. Not converged when the image has
        not settled.

    Raises:
        ValueError: see `joint_admm`.
    """
    solver = _begun(problem, IMAGE, max_iterations, start, overwrite_start)
    certificate, way = JointCertificate(problem), GapOnTheWay(problem, traced)
    law = OF_MRI if problem.measurement.task == "mri" else OF_ADMM
    settling = Settling(wanted(solver.box), problem.measurement.parts, law)
    history: list[Status] = []
    iteration, settled, last = 0, False, False
    while not last:
        iteration += 1
        last = settled or iteration == max_iterations
        if last:
            certificate.advance(solver)
            status = Status(iteration, certificate.objective, certificate.gap)
        else:
            status = way.advance(solver, iteration)
        if not settled and (last or iteration % WINDOW == 0):
            distance = settling.distance(wanted(solver.box), iteration)
            settled, status = distance <= tolerance, status._replace(change=distance)
        if status.is_evaluated:
            history.append(status)
            status = status._replace(image=solver.box)
        if callback:
            callback(status)
    return certificate.solution(solver, iteration, settled, history, StopRule(SETTLED, tolerance))


def short_admm(problem: PatchProblem, iterations: int, callback: Callback | None = None) -> PatchSolution:
    """Iterate so many times, without a certificate; the callback is called after each."""
    solver = JointIteration.of(problem)
    for iteration in range(1, iterations + 1):
        solver.advance()
        if callback:
            callback(Status(iteration))
    return PatchSolution(
        solver.box, iterations, None, None, True, (), solver.patches.codes, solver.multiplier
    )


def _begun(
    problem: PatchProblem,
    split: Split,
    max_iterations: int,
    start: PatchSolution | None,
    overwrite: bool,
) -> JointIteration:
    if max_iterations < 1:
        raise ValueError(f"at least 1 iteration is needed, not {max_iterations}")
    if start is None:
        return JointIteration.of(problem, split)
    if start.multiplier is None or start.codes.threshold is None:
        raise ValueError("the start is no result of joint ADMM")
    image = start.image if start.framed is None else start.framed
    return _going_on(problem, split, image, start.multiplier, start.codes, overwrite)


def _going_on(
    problem: PatchProblem, split: Split, image: Tensor, multiplier: Tensor, codes: Codes, overwrite: bool
) -> JointIteration:
    """Return an iteration that begins where another one was, if told so in the memory of its codes."""
    solver = JointIteration.of(problem, split, codes, overwrite)
    solver.go_on_from(image, multiplier, codes)
    return solver


def _gaps(history: list[Status]) -> tuple[float, float] | None:
    """Return the gap of some iterations ago, and that of now; None before there was one."""
    last = history[-1]
    before = next((s for s in reversed(history) if s.iteration <= last.iteration - _MEANWHILE), None)
    return None if before is None or before.gap is None or last.gap is None else (before.gap, last.gap)


def _is_held_up(history: list[Status]) -> bool:
    gaps = _gaps(history)
    if gaps is None or gaps[0] > _OPEN:
        return False
    return gaps[1] > (_STALLED if gaps[0] < _LARGE else _STANDING) * gaps[0]


def _left(history: list[Status], tolerance: float) -> float:
    """Return how many iterations are left where the gap goes on to fall as it did lately."""
    gaps = _gaps(history)
    if gaps is None or gaps[1] <= tolerance:
        return 0.0
    before, now = gaps
    return _MEANWHILE * math.log(now / tolerance) / math.log(before / now) if now < before else math.inf


def _in_double(solver: JointIteration) -> JointIteration:
    """Return an iteration in double precision that goes on where this one is."""
    problem, before = solver.problem.double(), solver.patches.codes
    codes = replace(before, weights=None).to(problem.start)
    return _going_on(
        problem,
        PROOF,
        solver.box.double(),
        solver.multiplier.double(),
        replace(codes, weights=problem.weights),
        overwrite=True,
    )
