"""Weights of the penalties from the codes of a first minimum.

Where a first minimum found an atom at work, its penalty is lowered, there and around, and J is minimised for
a second time, with these weights held: convex again, and certified in the same way. This is a step of the
reweighted l1 minimisation of Candes, Wakin and Boyd (2008), with codes averaged over neighbouring patches:

    w_kj = gain / (1 + |a_j|_k / scale_j)^power,     |a_j|_k the mean of |a_kj| over the patches around k
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from ...patches.grid import PatchGrid
from ...result import Callback, Status
from .codes import Codes
from .problem import PatchProblem
from .shrinkage import shrink
from .solution import PatchSolution

Minimise = Callable[[PatchProblem, Callback | None], PatchSolution]
RADIUS = 3
"""Pixels on each side from which patches count in the average of a code."""


@dataclass(frozen=True)
class Reweighting:
    """How weights follow from codes.

    Attributes:
        gain: weight where an atom is not used, `()`, positive.
        scale: size of a code that begins to count, of each atom, `(atoms, 1)`, positive.
        power: how fast the weight falls, `()`, positive.
    """

    gain: Tensor
    scale: Tensor
    power: Tensor

    def to(self, like: Tensor) -> Reweighting:
        """Return the rule with the dtype and on the device of a tensor."""
        return Reweighting(self.gain.to(like), self.scale.to(like), self.power.to(like))

    def weights(self, activity: Tensor) -> Tensor:
        """Return the weights, of the shape of `activity`, `(atoms, columns)`, see `activity`."""
        return self.gain * (activity / self.scale).add_(1) ** -self.power


def activity(codes: Codes, grid: PatchGrid, radius: int = RADIUS) -> Tensor:
    """Return the mean magnitude of each atom's codes in the patches around each patch, `(atoms, columns)`.

    Args:
        codes: of every patch.
        grid: the patches.
        radius: pixels on each side from which patches count; at the border of an image the mean is over those
            that there are, unless the grid is periodic.
    """
    out = torch.empty_like(codes.state)
    reach, thresholds = radius // grid.stride, codes.thresholds()
    side, pad = 2 * reach + 1, reach
    for index, state in enumerate(codes.state):
        magnitude = shrink(state, None if thresholds is None else thresholds[index]).abs()
        planes = magnitude.view(grid.batch, 1, grid.rows, grid.cols)
        if grid.boundary == "periodic":
            planes, pad = torch.nn.functional.pad(planes, (reach,) * 4, mode="circular"), 0
        rows = avg_pool2d(planes, (side, 1), 1, (pad, 0), count_include_pad=False)
        out[index] = avg_pool2d(rows, (1, side), 1, (0, pad), count_include_pad=False).flatten()
    return out


def minimise_twice(
    problem: PatchProblem,
    rule: Reweighting,
    first: Minimise,
    second: Minimise,
    callback: Callback | None = None,
) -> PatchSolution:
    """Minimise J, weight its penalties by the codes found, and minimise it again.

    Args:
        problem: without weights.
        rule: gives the weights.
        first: minimises a problem, and tells its status.
        second: minimises it with the weights.
        callback: called with the status of both, their iterations counted through.

    Returns:
        The second result, its gap that of the problem with weights, its iterations those of both. It has
        converged where both have.
    """
    before = first(problem, callback)
    iterations, converged = before.iterations, before.converged
    found = activity(before.codes, problem.grid)
    del before  # its codes take as much memory as the weights
    weighted = replace(problem, weights=rule.weights(found))
    del found
    follow = None
    if callback:
        tell = callback

        def follow(status: Status) -> None:
            tell(status._replace(iteration=iterations + status.iteration))

    after = second(weighted, follow)
    return replace(
        after,
        iterations=iterations + after.iterations,
        converged=converged and after.converged,
        first_iterations=iterations,
    )
