"""How a dictionary's file holds the rule that weights its penalties for a second minimum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from ..engine.priors.dictionary.reweighting import ITERATIONS, Reweighting
from ..errors import ReconError
from ..files.parsed import number, shown

_SMALLEST, _LARGEST, _STEEPEST = 1e-4, 1e4, 2.0
"""Of gain and scales, and of the power: beyond them float32 numbers do not do."""
_MOST = 1000
"""Iterations that a file may ask for."""


def header_of(rule: Reweighting) -> dict[str, float]:
    """Return what of a rule is the same for all atoms, as JSON values."""
    return {"gain": float(rule.gain), "power": float(rule.power), "iterations": rule.iterations}


def numbers_of(fields: dict[str, Any]) -> tuple[float, float, int]:
    """Take gain, power and iterations from a header.

    Args:
        fields: of `header_of`.

    Raises:
        ValueError: when one is out of range; KeyError and TypeError likewise.
    """
    gain, power = (number(fields[name], name, above=0) for name in ("gain", "power"))
    if not (_SMALLEST <= gain <= _LARGEST and power <= _STEEPEST):
        raise ValueError(f"its gain is {gain:g} and its power {power:g}")
    iterations = fields.get("iterations", ITERATIONS)
    if type(iterations) is not int or not 1 <= iterations <= _MOST:
        raise ValueError(f"the iterations of its first minimum are {shown(iterations)}")
    return gain, power, iterations


def checked(numbers: tuple[float, float, int], scale: Tensor, atoms: int, place: str) -> Reweighting:
    """Put a rule together.

    Args:
        numbers: of `numbers_of`.
        scale: a tensor of any shape and type.
        atoms: number of atoms.
        place: where it comes from, for the message.

    Raises:
        ReconError: when the scales are not as they should be.
    """
    good = scale.shape == (atoms,) and scale.dtype == torch.float32
    if not (good and bool(((scale >= _SMALLEST) & (scale <= _LARGEST)).all())):
        raise ReconError(f"{place} holds activities that are not a positive float32 number for each atom")
    gain, power, iterations = numbers
    return Reweighting(torch.tensor(gain), scale[:, None], torch.tensor(power), iterations)


def within_limits(rule: Reweighting) -> Reweighting:
    """Return the nearest rule that a file may hold."""
    gain, scale = (value.clamp(_SMALLEST, _LARGEST) for value in (rule.gain, rule.scale))
    return replace(rule, gain=gain, scale=scale, power=rule.power.clamp_max(_STEEPEST))
