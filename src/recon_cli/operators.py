"""Measurement operators for `Measurement`, and what a new one is made of."""

from .engine.domain import Box, UnitDisc
from .engine.operators import (
    CoilMaps,
    Composition,
    Convolution,
    Crop,
    Decimation,
    Fourier,
    Identity,
    LinearOperator,
    Mask,
    NonUniform,
    ParallelBeam,
    Scaled,
    Stack,
    Weights,
)

__all__ = [
    "Box",
    "CoilMaps",
    "Composition",
    "Convolution",
    "Crop",
    "Decimation",
    "Fourier",
    "Identity",
    "LinearOperator",
    "Mask",
    "NonUniform",
    "ParallelBeam",
    "Scaled",
    "Stack",
    "UnitDisc",
    "Weights",
]
