"""Soft-thresholding, with a threshold of its own for each atom or code."""

from __future__ import annotations

import torch
from torch import Tensor


def clip(state: Tensor, threshold: Tensor) -> Tensor:
    """Return the state within `[-threshold, threshold]`.

    Args:
        state: `(atoms, columns)`.
        threshold: `(atoms, 1 or columns)`, not negative.
    """
    return torch.clamp(state, -threshold, threshold)


def shrink(state: Tensor, threshold: Tensor | None) -> Tensor:
    """Return `sign(s) max(|s| - threshold, 0)`; with None the state itself.

    Args:
        state: `(atoms, columns)`.
        threshold: `(atoms, 1 or columns)`, not negative, or None.
    """
    return state if threshold is None else state - clip(state, threshold)
