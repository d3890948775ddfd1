from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from recon_cli.errors import ReconError
from recon_cli.models.dictionary import Dictionary, save_dictionary
from recon_cli.models.weights import kind_of

from ..helpers import random_dictionary


def test_the_kind_of_a_file_is_told_by_its_tensors(ridge: Path, tmp_path: Path) -> None:
    assert kind_of(ridge, "model") == "ridge regulariser"
    place = tmp_path / "mine.safetensors"
    save_dictionary(place, Dictionary(random_dictionary(5, 20), "mean-free", 5))
    assert kind_of(place, "model") == "dictionary"
    save_file({"weights": torch.ones(2)}, place)
    assert kind_of(place, "model") is None


def test_what_is_no_file_of_weights_is_said(ridge: Path, tmp_path: Path) -> None:
    with pytest.raises(ReconError, match=r"the model .*none.safetensors does not exist"):
        kind_of(tmp_path / "none.safetensors", "model")
    ridge.write_bytes(ridge.read_bytes()[:30])
    with pytest.raises(ReconError, match="is not a readable model"):
        kind_of(ridge, "model")
