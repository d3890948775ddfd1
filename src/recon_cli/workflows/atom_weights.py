"""Where on an image the penalties of atoms are low: what a dictionary's rule, or its network, decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from ..engine.measurement import Measurement
from ..engine.operators.identity import Identity
from ..engine.priors.dictionary.reweighting import weights_after
from ..engine.solvers.joint_admm import short_admm
from ..priors.dictionary import DictionaryPrior
from ..solver import Solver

if TYPE_CHECKING:
    from ..engine.patches.grid import PatchGrid
    from ..models.dictionary import Dictionary

MOST = 512
"""Rows and columns of which weights are shown."""


@dataclass(frozen=True)
class AtomWeights:
    """Weights of the penalties on an image, or on the middle of a large one.

    Attributes:
        image: `(height, width)`, intensities in [0, 1].
        logarithms: of base 10, of the weight of each atom in each patch, `(atoms, rows, columns)`, float32.
        reach: the middles of the first and of the last patch, in pixels: left, right, top, bottom.
    """

    image: NDArray[np.float32]
    logarithms: NDArray[np.float32]
    reach: tuple[float, float, float, float]

    @property
    def mean(self) -> NDArray[np.float32]:
        """Logarithm of the geometric mean over the atoms, `(rows, columns)`."""
        mean: NDArray[np.float32] = self.logarithms.mean(0)
        return mean

    @property
    def means(self) -> NDArray[np.float64]:
        """Geometric mean of each atom's weights over the image, `(atoms,)`."""
        means: NDArray[np.float64] = 10 ** self.logarithms.mean((1, 2), dtype=np.float64)
        return means

    def most_varied(self, count: int) -> NDArray[np.int64]:
        """Return the atoms whose weights differ most over the image, counted from 0, that of most first."""
        return np.argsort(-self.logarithms.std((1, 2), dtype=np.float64), kind="stable")[:count]


def measure_weights(dictionary: Dictionary, image: NDArray[np.float32], sigma: float) -> AtomWeights | None:
    """Return the weights that a second minimum of J has on an image, see `Reweighting`.

    Args:
        dictionary: the model.
        image: `(..., height, width)`, intensities in [0, 1], at least as large as a patch; the first plane
            is taken.
        sigma: noise level, of 255.

    Returns:
        The weights; None where the dictionary is minimised once, or has no strengths at this level.
    """
    known = dictionary.tuned_for("denoise", "full", sigma)
    if dictionary.reweighting is None or known is None:
        return None
    plane = image.reshape(-1, *image.shape[-2:])[0]
    top, left = (max(length - MOST, 0) // 2 for length in plane.shape)
    shown = np.ascontiguousarray(plane[top : top + MOST, left : left + MOST], np.float32)
    prepared = DictionaryPrior(dictionary).prepare("denoise", sigma, Solver("settled"))
    with torch.no_grad():
        data = torch.from_numpy(shown)[None]
        problem, frame = prepared.pose(Measurement(Identity(shown.shape), data, sigma=sigma))
        rule = prepared.rule
        assert rule is not None
        rule = rule.to(data)
        weights = weights_after(problem, rule, short_admm(problem, rule.iterations))
    grid, edge = problem.grid, 0 if frame is None else frame.margin
    inside = [
        _inside(grid, count, edge, side)
        for count, side in zip((grid.rows, grid.cols), shown.shape, strict=True)
    ]
    (rows, (first, last)), (cols, (left_most, right_most)) = inside
    planes = weights.view(-1, grid.rows, grid.cols)[:, rows, cols].log10().numpy()
    return AtomWeights(shown, planes, (left_most, right_most, first, last))


def _inside(grid: PatchGrid, count: int, edge: int, side: int) -> tuple[slice, tuple[float, float]]:
    """Return which patches have their middle inside the image, and where those of the outermost are.

    Args:
        grid: the patches.
        count: of its rows or columns.
        edge: pixels of the frame before the image.
        side: of the image.
    """
    middles = grid.stride * np.arange(count) + (grid.size - 1) / 2 - edge
    places = np.flatnonzero((middles >= 0) & (middles <= side - 1))
    first, last = int(places[0]), int(places[-1])
    return slice(first, last + 1), (float(middles[first]), float(middles[last]))
