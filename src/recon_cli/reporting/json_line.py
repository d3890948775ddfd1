"""Outcomes as lines of JSON."""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from ..models.dictionary import Dictionary
    from ..models.ridge import Ridge
    from ..workflows.show_atoms import AtomsView


def json_line(fields: dict[str, Any]) -> str:
    """Return values as a line of JSON; numbers that are not finite are null."""
    return json.dumps(finite(fields))


def peak_memory() -> float | None:
    """Return the largest memory of the whole process so far in MiB, where the system counts it."""
    try:
        import resource
    except ImportError:  # Windows has no such count
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


def finite(value: Any) -> Any:
    """Return a value with None in place of numbers that are not finite, which JSON does not know."""
    if isinstance(value, dict):
        return {name: finite(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def training_line(trained: Dictionary | Ridge, output: Path) -> str:
    """Return where a trained model is, how good it is, its tuned parameters and all settings."""
    made = trained.training
    return json_line(
        {
            "output": str(output),
            **{name: made[name] for name in ("variant", "regulariser") if name in made},
            "sigma": trained.sigma,
            "best_step": made["best_step"],
            "validation_psnr": made["validation_psnr"],
            "tuned": trained.tuned_as_json,
            "training": made,
            "peak_memory_mib": peak_memory(),
        }
    )


def atoms_line(view: AtomsView, output: Path | None) -> str:
    """Return what there is to know of a dictionary's atoms, in the order of the file.

    `frequencies` are in cycles a pixel, `usage` the share of the image's patches that use each atom,
    `penalties` relative to lam where they differ, `weights` the geometric mean of those that a second minimum
    has on the image, `order` the atoms' numbers from 1 as they are shown.

    Args:
        view: the dictionary and what was measured.
        output: the figure, where one is drawn.
    """
    fields: dict[str, Any] = {
        "model": view.dictionary.name,
        "variant": view.dictionary.variant,
        "sigma": view.dictionary.sigma,
        "patch_size": view.dictionary.patch_size,
        "atoms": len(view.order),
        "condition": view.condition,
        "singular_values": view.singular_values.tolist(),
        "frequencies": view.frequencies.tolist(),
        "sort": view.sort,
        "order": (view.order + 1).tolist(),
        "output": None if output is None else str(output),
    }
    if view.penalties is not None:
        fields["penalties"] = view.penalties.tolist()
    if view.usage:
        fields |= {"patches": view.usage.patches, "lam": view.usage.lam, "usage": view.usage.share.tolist()}
    if view.weights:
        fields["weights"] = view.weights.means.tolist()
    return json_line(fields)
