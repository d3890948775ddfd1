"""Measurement operators `H`: what the data see of the image."""

from .coil_sets import CoilSets
from .coils import CoilMaps
from .convolution import Convolution
from .crop import Crop
from .decimation import Decimation
from .fourier import Fourier
from .identity import Identity
from .linear import Composition, LinearOperator
from .mask import Mask
from .nonuniform import NonUniform
from .parallel_beam import ParallelBeam
from .scaled import Scaled
from .stack import Stack
from .weights import Weights

__all__ = [
    "CoilMaps",
    "CoilSets",
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
    "Weights",
]
