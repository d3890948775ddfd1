from __future__ import annotations

from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.workflows.benchmark.entries import Entry, models_by_method, parse_entries


def test_modes_and_models_multiply() -> None:
    models = {"model": ["a", "b.safetensors"], "crr": ["c"]}
    entries = parse_entries("tv, model, model:unrolled,tv,crr", ["tv", "crr"], models)
    assert [entry.name for entry in entries] == [
        "tv", "model:full (a)", "model:full (b.safetensors)",
        "model:unrolled (a)", "model:unrolled (b.safetensors)", "crr (c)"
    ]  # fmt: skip
    assert parse_entries("model:early-stop", [], {}) == [Entry("model", "early-stop", None)]
    assert parse_entries("crr", ["crr"], {"crr": []}) == [Entry("crr")]


def test_models_go_to_the_methods_that_take_them(ridge: Path) -> None:
    found = models_by_method(["sigma5-mean-free", str(ridge), "unknown"])
    assert found == {"model": ["sigma5-mean-free", "unknown"], "crr": [str(ridge)]}
    with pytest.raises(ReconError, match="does not exist"):
        models_by_method(["missing.safetensors"])


@pytest.mark.parametrize(
    ("text", "models", "said"),
    [("bm3d", {}, "--methods has no bm3d; there are model:"), ("", {}, "empty name"),
     ("model:best", {}, "no model:best"), ("tv", {"model": ["a"]}, "no method takes --model a, as"),
     ("model,tv", {"crr": ["c"]}, "no method takes --model c, as --methods crr would")],
)  # fmt: skip
def test_what_cannot_be_is_said(text: str, models: dict[str, list[str]], said: str) -> None:
    with pytest.raises(ReconError, match=said):
        parse_entries(text, ["tv"], models)
