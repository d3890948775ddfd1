"""The outcome of a training as a line of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .json_line import json_line, peak_memory

if TYPE_CHECKING:
    from pathlib import Path

    from ..models.dictionary import Dictionary
    from ..models.ridge import Ridge


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
