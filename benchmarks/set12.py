"""Set12 with the noise that every table of the project uses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recon_cli.files.images import read_image

Pair = tuple[str, NDArray[np.float32], NDArray[np.float32]]


def noisy_set12(folder: Path, sigma: float) -> list[Pair]:
    """Return name, clean and noisy image of each file, sorted; the k-th is drawn with seed 1000 sigma + k."""
    pairs = []
    for k, path in enumerate(sorted(folder.glob("*.png")), start=1):
        clean = read_image(path).pixels
        noise = np.random.default_rng(int(1000 * sigma) + k).standard_normal(clean.shape)
        noisy = clean + (sigma / 255 * noise).astype(np.float32)
        pairs.append((path.name, clean, noisy.astype(np.float32)))
    return pairs
