from __future__ import annotations

from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.workflows.benchmark.entries import Entry, parse_entries

MODEL = "sigma5-mean-free"


def test_modes_and_models_multiply(ridge: Path) -> None:
    models = [MODEL, "unknown", str(ridge)]
    entries = parse_entries("tv, model, model:unrolled,tv,crr", "denoise", models)
    assert [entry.name for entry in entries] == [
        "tv", f"model:settled ({MODEL})", "model:settled (unknown)",
        f"model:unrolled ({MODEL})", "model:unrolled (unknown)", f"crr ({ridge})"
    ]  # fmt: skip
    assert parse_entries("model:early-stop", "mri", []) == [Entry("model", "early-stop", None)]
    assert parse_entries("crr", "mri", []) == [Entry("crr")]


@pytest.mark.parametrize(
    ("text", "models", "said"),
    [("bm3d", [], "--methods has no bm3d; there are model:"), ("", [], "empty name"),
     ("zero-filling", [], "--methods has no zero-filling"),
     ("tv", ["missing.safetensors"], "does not exist"),
     ("model:best", [], "no model:best"), ("tv", [MODEL], f"no method takes --model {MODEL}, as"),
     ("model,tv", ["RIDGE"], "no method takes --model .*ridge.safetensors, as --methods crr would")],
)  # fmt: skip
def test_what_cannot_be_is_said(ridge: Path, text: str, models: list[str], said: str) -> None:
    with pytest.raises(ReconError, match=said):
        parse_entries(text, "denoise", [str(ridge) if model == "RIDGE" else model for model in models])
