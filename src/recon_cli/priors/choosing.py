"""The methods by the names that users give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ...errors import ReconError
from ...files.parameters import read_parameters
from ...models.tuned import Tuned
from .model import PatchModel
from .ridge import ConvexRidge
from .scikit import NonLocalMeans, Wavelets
from .total_variation import TotalVariation

if TYPE_CHECKING:
    from ..denoising.denoise import DenoiseOptions
    from .method import Method

Name = Literal["model", "crr", "tv", "nlm", "wavelet"]


def choose_method(
    name: str,
    options: DenoiseOptions,
    model: str | None = None,
    params: Path | None = None,
    level: float | None = None,
    weight: float | None = None,
) -> Method:
    """Return a method.

    Args:
        name: see `Name`.
        options: of the solver; methods without one take nothing of it, `tv` and `crr` its limits.
        model: bundled name or file, for the model of a dictionary, for `crr` of a ridge regulariser.
        params: file of `recon tune`, for the model.
        level: sigma of 255 where all images have the same, to compare with that of `params`.
        weight: of `tv`.

    Raises:
        ReconError: when there is no such method, or the file is none.
    """
    if name == "model":
        if params:
            found = read_parameters(params, "denoise", options.mode, model, level)
            model = found.model
            options = options.filled(Tuned(found.beta, found.lam, found.tol))
        return PatchModel(options, model)
    others: dict[str, Callable[[], Method]] = {
        "crr": lambda: ConvexRidge(options, model),
        "tv": lambda: TotalVariation(weight, options.tolerance, options.max_iterations, options.device),
        "nlm": NonLocalMeans,
        "wavelet": Wavelets,
    }
    if name not in others:
        raise ReconError(f"there is no method {name}; there are model, {', '.join(others)}", 2)
    return others[name]()
