"""Sparse codes of all patches, as the solvers keep them."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ...patches.grid import Block
from .shrinkage import clip, shrink


@dataclass(frozen=True)
class Codes:
    """Sparse codes of every patch, kept as the state that a solver iterates.

    Attributes:
        state: `(atoms, columns)`, float.
        threshold: the codes are the state soft-thresholded by this, `(atoms, 1)`; None where the state
            holds the codes.
        weights: of the problem that they belong to, `(atoms, columns)`, which the threshold is times; None
            where they are 1.
    """

    state: Tensor
    threshold: Tensor | None = None
    weights: Tensor | None = None

    def to(self, like: Tensor) -> Codes:
        """Return them with the dtype and on the device of a tensor."""
        threshold = None if self.threshold is None else self.threshold.to(like)
        weights = None if self.weights is None else self.weights.to(like)
        return Codes(self.state.to(like), threshold, weights)

    def reweighted(self, weights: Tensor) -> Codes:
        """Return the same codes for penalties with weights, in the memory of their state.

        Multipliers stay as they are, as far as the weights let them: with the same share of what has become
        small, the image would fall to what the codes alone say.

        Args:
            weights: `(atoms, columns)`; there were none so far.
        """
        assert self.threshold is not None
        assert self.weights is None
        for state, most, row in zip(self.state, self.threshold, weights, strict=True):
            multiplier = clip(state, most)
            state.add_(clip(multiplier, most * row) - multiplier)
        return Codes(self.state, self.threshold, weights)

    def block(self, block: Block) -> Tensor:
        """Return the codes of a block, `(atoms, columns of the block)`."""
        return shrink(self.state[:, block.columns], self.thresholds(block))

    def dense(self) -> Tensor:
        """Return the codes of every patch, `(atoms, columns)`."""
        return shrink(self.state, self.thresholds())

    def magnitudes(self, some: slice) -> Tensor:
        """Return the magnitudes of the codes of some atoms, `(some of the atoms, columns)`."""
        thresholds = None
        if self.threshold is not None:
            weights = None if self.weights is None else self.weights[some]
            thresholds = weighted(self.threshold[some], weights, None)
        return shrink(self.state[some], thresholds).abs_()

    def size(self) -> float:
        """Return the mean magnitude of the codes."""
        atoms = range(len(self.state))  # all at once would take their memory
        return sum(float(self.magnitudes(slice(atom, atom + 1)).mean()) for atom in atoms) / len(atoms)

    def thresholds(self, block: Block | None = None) -> Tensor | None:
        """Return the thresholds of a block or of all, `(atoms, 1 or columns)`; None where there are none."""
        return None if self.threshold is None else weighted(self.threshold, self.weights, block)


def weighted(values: Tensor, weights: Tensor | None, block: Block | None) -> Tensor:
    """Return `(atoms, 1)` times the weights of a block, or of all columns; itself without weights."""
    if weights is None:
        return values
    return values * (weights if block is None else weights[:, block.columns])
