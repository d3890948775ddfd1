"""Measurement operators for `Measurement`, and what a new one is made of."""

from .engine.domain import UnitBox, UnitDisc
from .engine.operators import CoilMaps, Composition, Crop, Fourier, Identity, LinearOperator, Stack

__all__ = [
    "CoilMaps",
    "Composition",
    "Crop",
    "Fourier",
    "Identity",
    "LinearOperator",
    "Stack",
    "UnitBox",
    "UnitDisc",
]
