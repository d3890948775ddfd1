"""Image reconstruction with learned convex models: for programs, and the command `recon`.

    reconstruct(Measurement(operator, data, sigma=25), prior, Solver()) -> Reconstruction

`denoise` and `mri` are short for two measurements. `operators`, `priors` and `models` hold what they are made
of.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # not from typing, which takes its time before Ctrl-C can be answered
    from typing import Any

    from . import models, operators, priors
    from .engine.measurement import Measurement
    from .errors import ReconError
    from .library.denoise import denoise
    from .library.mri import mri
    from .reconstruction import Reconstruction, reconstruct
    from .solver import Solver

__all__ = [
    "Measurement",
    "ReconError",
    "Reconstruction",
    "Solver",
    "__version__",
    "denoise",
    "models",
    "mri",
    "operators",
    "priors",
    "reconstruct",
]
__version__ = "0.1.0"
_HOMES = {
    "Measurement": "engine.measurement",
    "ReconError": "errors",
    "Reconstruction": "reconstruction",
    "Solver": "solver",
    "denoise": "library.denoise",
    "models": "models",
    "mri": "library.mri",
    "operators": "operators",
    "priors": "priors",
    "reconstruct": "reconstruction",
}
"""Modules that are imported on first use: the command line answers without torch."""


def __getattr__(name: str) -> Any:
    """Import what was asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    home = import_module(f"{__name__}.{_HOMES[name]}")
    return home if _HOMES[name] == name else getattr(home, name)


def __dir__() -> list[str]:
    return [*__all__, "__doc__", "__file__", "__name__", "__path__"]
