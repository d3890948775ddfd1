"""How a dictionary's file holds the rule that weights its penalties for a second minimum."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..engine.reweighting import Reweighting
from ..errors import ReconError
from ..files.parsed import number, shown

_SMALLEST, _LARGEST = 1e-6, 1e6
"""Of gain and scales: what float32 weights are computed from without overflow."""


def header_of(rule: Reweighting) -> dict[str, float]:
    """Return what of a rule is the same for all atoms, as JSON values."""
    return {"gain": float(rule.gain)}


def gain_of(fields: dict[str, Any]) -> float:
    """Take the gain from a header.

    Args:
        fields: of `header_of`.

    Raises:
        ValueError: when it is out of range; KeyError and TypeError likewise.
    """
    gain = number(fields["gain"], "gain", above=0)
    if not _SMALLEST <= gain <= _LARGEST:
        raise ValueError(f"gain is {shown(gain)}")
    return gain


def checked(gain: float, scale: Tensor, atoms: int, place: str) -> Reweighting:
    """Put a rule together.

    Args:
        gain: of the weights.
        scale: a tensor of any shape and type.
        atoms: number of atoms.
        place: where it comes from, for the message.

    Raises:
        ReconError: when the scales are not as they should be.
    """
    good = scale.shape == (atoms,) and scale.dtype == torch.float32
    if not (good and bool(((scale >= _SMALLEST) & (scale <= _LARGEST)).all())):
        raise ReconError(f"{place} holds activities that are not a positive float32 number for each atom")
    return Reweighting(torch.tensor(gain), scale[:, None])
