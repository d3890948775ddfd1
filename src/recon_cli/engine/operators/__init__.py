"""Measurement operators `H`: what the data see of the image."""

from .coils import CoilMaps
from .crop import Crop
from .fourier import Fourier
from .identity import Identity
from .linear import Composition, LinearOperator
from .mask import Mask
from .stack import Stack
from .weights import Weights

__all__ = [
    "CoilMaps",
    "Composition",
    "Crop",
    "Fourier",
    "Identity",
    "LinearOperator",
    "Mask",
    "Stack",
    "Weights",
]
