from __future__ import annotations

import pytest

from recon_cli.errors import ReconError
from recon_cli.workflows.benchmark.entries import Entry, parse_entries


def test_modes_and_models_multiply() -> None:
    entries = parse_entries("tv, model, model:unrolled,tv", ["tv"], ["a", "b.safetensors"])
    assert [entry.name for entry in entries] == [
        "tv", "model:full (a)", "model:full (b.safetensors)",
        "model:unrolled (a)", "model:unrolled (b.safetensors)"
    ]  # fmt: skip
    assert parse_entries("model:early-stop", [], []) == [Entry("model", "early-stop", None)]


@pytest.mark.parametrize(
    ("text", "models", "said"),
    [("bm3d", [], "--methods has no bm3d; there are model:"), ("", [], "empty name"),
     ("model:best", [], "no model:best"), ("tv", ["a"], "no method is the model")],
)  # fmt: skip
def test_what_cannot_be_is_said(text: str, models: list[str], said: str) -> None:
    with pytest.raises(ReconError, match=said):
        parse_entries(text, ["tv"], models)
