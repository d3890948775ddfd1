"""What is bundled, and what each model gives by what was measured when it was tuned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..files.bundled_models import manifest
from .registry import best_dictionary, best_ridge
from .ridge import Strength
from .tuned import Level, Tuned, at_level, levels_of

SHOWN = (1.0, 5.0, 10.0, 15.0, 25.0, 50.0)
"""Noise levels of 255 at which models are compared."""
_LOOKED_AT = (0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10, *range(12, 30, 2), *range(30, 101, 5))
"""Noise levels at which it is asked which model is taken."""


@dataclass(frozen=True)
class BundledModel:
    """A bundled model.

    Attributes:
        name: by which `--model` takes it.
        kind: `dictionary` or `ridge regulariser`.
        about: what is minimised with it, in words.
        minima: how many there are, one after the other.
        sigma: noise level of its training, of 255.
        measured: PSNR in dB by noise level, mean over the images that it was tuned on.
        between: the same at `SHOWN`, interpolated between the measured levels; no others are in it.
        taken: least and largest of the levels at which it is the default; None where it never is.
    """

    name: str
    kind: str
    about: str
    minima: int
    sigma: float
    measured: Mapping[float, float]
    between: Mapping[float, float]
    taken: tuple[float, float] | None


def bundled_models() -> list[BundledModel]:
    """Return every bundled model: dictionaries, then ridge regularisers.

    Raises:
        ReconError: when the installation lacks them.
    """
    entries = manifest()
    return [
        _model(name, entry, taken)
        for kind, taken in (("dictionary", _taken_dictionary), ("ridge regulariser", best_ridge))
        for name, entry in entries.items()
        if entry["kind"] == kind
    ]


def _taken_dictionary(sigma: float) -> str:
    return best_dictionary(sigma, "settled")


def _model(name: str, entry: dict[str, Any], taken: Callable[[float], str]) -> BundledModel:
    levels: tuple[Level[Any], ...]
    if entry["kind"] == "dictionary":
        levels = levels_of(entry["levels"].get("full", []), Tuned)
        about = "two minima, weights by a network" if entry["network"] else "two minima"
        about = f"{about if entry['reweighted'] else 'one minimum'}, {entry['variant']}"
    else:
        levels, about = levels_of(entry["levels"], Strength), "one minimum, --method crr"
    where = [float(sigma) for sigma in _LOOKED_AT if taken(sigma) == name]
    inside = [sigma for sigma in SHOWN if levels and levels[0].sigma <= sigma <= levels[-1].sigma]
    found = {sigma: at_level(levels, sigma) for sigma in inside}
    return BundledModel(
        name,
        entry["kind"],
        about,
        2 if entry.get("reweighted") else 1,
        entry["sigma"],
        {level.sigma: level.psnr for level in levels},
        {sigma: level.psnr for sigma, level in found.items() if level},
        (where[0], where[-1]) if where else None,
    )
