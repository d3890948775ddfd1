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

from ...patches.grid import PatchGrid
from ...result import Callback, Status
from .codes import Codes
from .problem import PatchProblem
from .shrinkage import shrink
from .solution import PatchSolution

RADIUS = 3
"""Pixels on each side from which patches count in the average of a code."""
_ATOMS = 16
"""Whose codes are averaged together."""
ITERATIONS = 10
"""Of the first minimum: more of them change the weights, but not what they are good for; measured."""


@dataclass(frozen=True)
class Reweighting:
    """How weights follow from codes.

    Attributes:
        gain: weight where an atom is not used, `()`, positive.
        scale: size of a code that begins to count, of each atom, `(atoms, 1)`, positive.
        power: how fast the weight falls, `()`, positive.
        iterations: of the first minimum, from a start without codes.
    """

    gain: Tensor
    scale: Tensor
    power: Tensor
    iterations: int = ITERATIONS

    def to(self, like: Tensor) -> Reweighting:
        """Return the rule with the dtype and on the device of a tensor."""
        return Reweighting(self.gain.to(like), self.scale.to(like), self.power.to(like), self.iterations)

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
    for first in range(0, len(out), _ATOMS):
        some = slice(first, first + _ATOMS)
        magnitude = shrink(codes.state[some], None if thresholds is None else thresholds[some]).abs_()
        planes = magnitude.view(-1, grid.rows, grid.cols)
        for dim in (1, 2):
            planes = _sliding_mean(planes, dim, reach, grid.boundary == "periodic")
        out[some] = planes.reshape(len(magnitude), -1)
    return out


def _sliding_mean(x: Tensor, dim: int, reach: int, periodic: bool) -> Tensor:
    """Return the mean over so many places on each side, or over those that there are."""
    length, total = x.shape[dim], x.clone()
    reach = min(reach, length - 1)
    count = x.new_full((length,), 2 * reach + 1)
    for step in range(1, reach + 1):
        total.narrow(dim, step, length - step).add_(x.narrow(dim, 0, length - step))
        total.narrow(dim, 0, length - step).add_(x.narrow(dim, step, length - step))
        if periodic:
            total.narrow(dim, 0, step).add_(x.narrow(dim, length - step, step))
            total.narrow(dim, length - step, step).add_(x.narrow(dim, 0, step))
    if not periodic:
        place = torch.arange(length, device=x.device)
        count = (place.clamp(max=reach) + place.flip(0).clamp(max=reach) + 1).to(x)
    return total.div_(count[:, None] if dim == 1 else count)


def minimise_twice(
    problem: PatchProblem,
    rule: Reweighting,
    first: Callable[[PatchProblem, int], PatchSolution],
    second: Callable[[PatchProblem, PatchSolution, Callback | None], PatchSolution],
    callback: Callback | None = None,
) -> PatchSolution:
    """Minimise J roughly, weight its penalties by the codes found, and minimise it again.

    Args:
        problem: without weights.
        rule: gives the weights.
        first: iterates on a problem as often as it is told.
        second: minimises it with the weights, from the first solution on, which it may overwrite, and tells
            its status.
        callback: called with the status of the second, its iterations counted from the first one's on.

    Returns:
        The second result, its gap that of the problem with weights, its iterations those of both.
    """
    before, follow = first(problem, rule.iterations), None
    weights = activity(before.codes, problem.grid)
    for some in (slice(atom, atom + _ATOMS) for atom in range(0, len(weights), _ATOMS)):
        weights[some] = replace(rule, scale=rule.scale[some]).weights(weights[some])
    weighted = replace(problem, weights=weights)
    if callback:
        tell = callback

        def follow(status: Status) -> None:
            tell(status._replace(iteration=rule.iterations + status.iteration))

    after = second(weighted, before, follow)
    return replace(after, iterations=rule.iterations + after.iterations, first_iterations=rule.iterations)
