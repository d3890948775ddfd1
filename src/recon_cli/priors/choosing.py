"""The priors by the names that users give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..errors import ReconError
from ..models.ridge import Strength
from .dictionary import Border, DictionaryPrior
from .ridge import RidgePrior
from .scikit import NonLocalMeans, Wavelets
from .total_variation import TotalVariationPrior
from .wavelet_sparsity import WaveletSparsity
from .zero_filling import ZeroFilling

if TYPE_CHECKING:
    from ..engine.measurement import Task
    from .prior import Prior

NAMES: Mapping[Task, tuple[str, ...]] = {
    "denoise": ("model", "crr", "tv", "nlm", "wavelet"),
    "mri": ("model", "crr", "tv", "wavelet", "zero-filling"),
}
"""Of the priors that a task may take."""


def choose_prior(
    name: str,
    task: Task,
    model: str | None = None,
    *,
    beta: float | None = None,
    lam: float | None = None,
    mu: float | None = None,
    weight: float | None = None,
    border: Border = "extend",
) -> Prior:
    """Return a prior; whether its strengths are known is left to `Prior.prepare`.

    Args:
        name: see `NAMES`.
        task: what it is for.
        model: bundled name or file, for `model` of a dictionary, for `crr` of a ridge regulariser.
        beta: of `model`.
        lam: of `model`, and with `mu` of `crr`.
        mu: of `crr`.
        weight: of `tv`, and of `wavelet` in MRI.
        border: of `model`.

    Raises:
        ReconError: when there is no such prior for the task, or a strength is out of range.
    """
    if name not in NAMES[task]:
        of = "" if task == "denoise" else " for MRI"
        raise ReconError(f"there is no method {name}{of}; there are {', '.join(NAMES[task])}", 2)
    if name == "model":
        return DictionaryPrior(model, beta, lam, border)
    if name == "crr":
        return RidgePrior(model, Strength(lam, mu) if lam and mu else None)
    if name == "tv":
        return TotalVariationPrior(weight)
    if name == "wavelet" and task == "mri":
        return WaveletSparsity(weight)
    return {"nlm": NonLocalMeans, "wavelet": Wavelets, "zero-filling": ZeroFilling}[name]()
