"""Tests run side by side, one a core (pytest-xdist): each takes one thread, as do the commands it starts."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """A folder with `clean.png` and `noisy.png`, 48 x 40 pixels of a photograph, sigma 25."""
    clean = data.camera()[60:108, 200:240]
    noise = 25 * np.random.default_rng(1).standard_normal(clean.shape)
    Image.fromarray(clean).save(tmp_path / "clean.png")
    noisy = np.rint((clean + noise).clip(0, 255)).astype(np.uint8)
    Image.fromarray(noisy).save(tmp_path / "noisy.png")
    return tmp_path


@pytest.fixture
def ridge(tmp_path: Path) -> Path:
    """A ridge regulariser for sigma 25 and MRI, `ridge.safetensors`."""
    from recon_cli.models.ridge import save_ridge  # torch reads the number of threads when it is imported

    from .helpers import smoothed_variation

    place = tmp_path / "ridge.safetensors"
    save_ridge(place, smoothed_variation())
    return place
