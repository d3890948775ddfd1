"""Coordinate descent, equations (6)-(7): sparse coding of all patches and the image, in turn."""

from __future__ import annotations

from typing import Literal

import torch

from ..certificate import RelativeGap
from ..priors.dictionary.codes import Codes
from ..priors.dictionary.dual_sums import certify
from ..priors.dictionary.problem import PatchProblem, objective
from ..priors.dictionary.solution import PatchSolution
from ..reductions import pixel_sum
from ..result import Callback, Status, StopRule
from .code_sweep import code_sweep_of
from .image_step import ExactImageStep, FistaImageStep, ImageStep, ProjectedImageStep
from .sparse_coding import ExactCoder, FistaCoder, SparseCoder

Inner = Literal["exact", "fista"]


def coordinate_descent(
    problem: PatchProblem,
    *,
    steps: int | None = None,
    tolerance: float = 1e-4,
    max_iterations: int = 1000,
    inner: Inner = "exact",
    callback: Callback | None = None,
) -> PatchSolution:
    """Alternate between the sparse codes and the image.

    Args:
        problem: the problem.
        steps: number of sweeps, the paper's unrolling with 2; with None, early stopping by `tolerance`.
        tolerance: an image stops when the joint relative change of its `(x, a)` in a sweep falls
            below it; the others go on.
        max_iterations: most sweeps of early stopping.
        inner: `exact` for accurate inner solvers, `fista` for the paper's, stopped as in the paper.
        callback: called with the status after each sweep.

    Returns:
        The last iterate, in [0, 1]. It is not a minimiser; its gap says how far J is from the minimum
        at most.

    Raises:
        ValueError: when `steps` or `max_iterations` is less than 1, or the penalties have weights.
    """
    if problem.weights is not None:
        raise ValueError("coordinate descent takes no weights of the penalties")
    limit = max_iterations if steps is None else steps
    if limit < 1:
        raise ValueError(f"at least 1 sweep is needed, not {limit}")
    coder: SparseCoder
    update: ImageStep
    if inner == "exact":
        coder = ExactCoder(problem.dictionary, problem.lam)
        box = problem.measurement.parts == 1 and problem.measurement.domain.support is None
        update = ExactImageStep(problem) if box else ProjectedImageStep(problem)
    else:
        coder = FistaCoder(problem.dictionary, problem.lam)
        update = FistaImageStep(problem)
    x = problem.start
    codes = Codes(x.new_zeros(problem.dictionary.shape[1], problem.grid.columns), coder.threshold)
    code = code_sweep_of(problem, coder)
    folded = torch.zeros_like(x)
    history: list[Status] = []
    parts = problem.measurement.parts
    going = torch.ones(problem.measurement.data.shape[0], dtype=torch.bool)
    for sweep in range(1, limit + 1):
        planes = going.repeat_interleave(parts)
        chosen = planes.to(x.device)[:, None, None]
        blocks = problem.blocks(single=not bool(going.all()))
        swept = code(x, codes.state, [block for block in blocks if bool(planes[block.images].any())])
        folded = torch.where(chosen, swept.folded, folded)
        new = update(x, folded + problem.spread_means())
        new = torch.where(chosen, new, x)
        moved = swept.moved + pixel_sum((new - x).square(), torch.float64).cpu()
        size = swept.size + pixel_sum(x.square(), torch.float64).cpu()
        x = new
        per_image = problem.measurement.per_image
        change = (per_image(moved) / per_image(size).clamp_min(1e-30)).sqrt()
        total = objective(problem, x, codes).total
        history.append(Status(sweep, float(total.sum()), None, float(change[going].max())))
        if callback:
            callback(history[-1]._replace(image=x))
        if steps is None:
            going &= ~(change < tolerance)
            if not bool(going.any()):
                break
    converged = steps is not None or not bool(going.any())
    gap = RelativeGap(problem.measurement)(total, certify(problem, x, codes))
    rule = StopRule("relative change of image and codes", tolerance) if steps is None else None
    return PatchSolution(x, sweep, history[-1].objective, gap, converged, tuple(history), codes, rule=rule)
