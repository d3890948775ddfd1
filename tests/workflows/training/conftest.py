from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from skimage import data

from recon_cli.workflows.training.configuration import DictionaryConfiguration


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """A folder with two photographs of different sizes."""
    folder = tmp_path / "images"
    folder.mkdir()
    Image.fromarray(data.camera()[60:160, 180:280]).save(folder / "a.png")
    Image.fromarray(data.coins()[:90, :120]).save(folder / "b.png")
    return folder


@pytest.fixture
def small() -> DictionaryConfiguration:
    """A training that takes a second."""
    return DictionaryConfiguration(
        sigma=25, atoms=24, patch_size=5, crop_size=24, margin=4, train_steps=6, validate_every=2, tune=False
    )
