"""What is assumed of images: the learned models, and what users would take instead."""

from __future__ import annotations

from .analysis import Analysis
from .dictionary import DictionaryPrior
from .prior import PreparedPrior, Prior, Used
from .ridge import RidgePrior
from .scikit import NonLocalMeans, Wavelets
from .smooth import Smooth
from .total_variation import TotalVariationPrior
from .zero_filling import ZeroFilling

__all__ = [
    "Analysis",
    "DictionaryPrior",
    "NonLocalMeans",
    "PreparedPrior",
    "Prior",
    "RidgePrior",
    "Smooth",
    "TotalVariationPrior",
    "Used",
    "Wavelets",
    "ZeroFilling",
]
