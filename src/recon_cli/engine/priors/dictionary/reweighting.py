"""Weights of the penalties from the codes of a first minimum.

Where a first minimum found an atom at work, its penalty is lowered, there and around, and J is minimised for
a second time, with these weights held: convex again, and certified in the same way. This is a step of the
reweighted l1 minimisation of Candes, Wakin and Boyd (2008), with codes averaged over neighbouring patches:

    w_kj = gain / (1 + |a_j|_k / scale_j)^power,     |a_j|_k the mean of |a_kj| over the patches around k

A rule may have a network that looks at more, and corrects these weights, see `weights_network`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ...patches.grid import PatchGrid
from .codes import Codes
from .problem import PatchProblem
from .solution import PatchSolution
from .weights_network import Seen, WeightsNetwork

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
        network: corrects the weights; None for those of the rule.
        sigma: noise level that the network is told, in 8-bit grey levels.
    """

    gain: Tensor
    scale: Tensor
    power: Tensor
    iterations: int = ITERATIONS
    network: WeightsNetwork | None = None
    sigma: float = 25.0

    def to(self, like: Tensor) -> Reweighting:
        """Return the rule with the dtype and on the device of a tensor."""
        network = self.network and self.network.to(like)
        return replace(
            self,
            gain=self.gain.to(like),
            scale=self.scale.to(like),
            power=self.power.to(like),
            network=network,
        )

    def weights(self, around: Tensor, hidden: Tensor | None = None, some: slice = slice(None)) -> Tensor:
        """Return the weights of some atoms, of the shape of `around`.

        Args:
            around: their activities, `(some of the atoms, columns)`, see `activity`.
            hidden: of the network, see `hidden`; None for the weights of the rule.
            some: which atoms.
        """
        weights = self.gain * (around / self.scale[some]).add_(1) ** -self.power
        if hidden is None or self.network is None:
            return weights
        return weights * self.network.factor(hidden, some)

    def hidden(self, codes: Codes, around: Tensor, seen: Seen, grid: PatchGrid) -> Tensor | None:
        """Return the network's last hidden values, `(width, columns)`; None without a network.

        Args:
            codes: of the first minimum.
            around: their activities, see `activity`.
            seen: images of the first minimum.
            grid: the patches.
        """
        network = self.network
        if network is None:
            return None
        entered = around.new_zeros(network.width, grid.columns)
        for some in _groups(len(around)):
            for sizes, mean in ((codes.magnitudes(some), False), (around[some], True)):
                features = (sizes / self.scale[some]).log1p() * self.power
                entered = entered + network.entering(features, some, mean)
        return network.hidden(entered, seen, grid)


def activity(codes: Codes, grid: PatchGrid, radius: int = RADIUS) -> Tensor:
    """Return the mean magnitude of each atom's codes in the patches around each patch, `(atoms, columns)`.

    Args:
        codes: of every patch.
        grid: the patches.
        radius: pixels on each side from which patches count; at the border of an image the mean is over those
            that there are, unless the grid is periodic.
    """
    out, reach = torch.empty_like(codes.state), radius // grid.stride
    for some in _groups(len(out)):
        planes = codes.magnitudes(some).view(-1, grid.rows, grid.cols)
        for dim in (1, 2):
            planes = _sliding_mean(planes, dim, reach, grid.boundary == "periodic")
        out[some] = planes.reshape(out[some].shape)
    return out


def _groups(atoms: int) -> Iterator[slice]:
    for first in range(0, atoms, _ATOMS):
        yield slice(first, min(first + _ATOMS, atoms))


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


def weights_after(problem: PatchProblem, rule: Reweighting, before: PatchSolution) -> Tensor:
    """Return the weights that follow from a first minimum, `(atoms, columns)`."""
    weights, hidden = activity(before.codes, problem.grid), None
    if rule.network is not None:
        measurement, image = problem.measurement, before.image
        residual = measurement.pull(image)
        hidden = rule.hidden(before.codes, weights, Seen(image, residual, rule.sigma), problem.grid)
    for some in _groups(len(weights)):
        weights[some] = rule.weights(weights[some], hidden, some)
    return weights
