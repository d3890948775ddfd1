"""The paper's brain image and its measurements."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from baseline import SHARED
from numpy.typing import NDArray
from PIL import Image

MASKS = ("radial", "cartesian")
NOISE = 10 / 255
"""Level of the noise of samples, of both parts together."""


class Brain(NamedTuple):
    """What one mask measures.

    Attributes:
        clean: `(height, width)` in [0, 1].
        samples: `(1, height, width)`, uncentred, zero off the mask.
        mask: `(height, width)`.
    """

    clean: NDArray[np.float32]
    samples: NDArray[np.complex64]
    mask: NDArray[np.bool_]


def measure_brain(pattern: str) -> Brain:
    """Return noisy samples by the paper's convention: noise of 10/255, both parts together."""
    folder = SHARED / "data" / "mri"
    with Image.open(folder / "brain.jpg") as picture:
        clean = torch.from_numpy(np.asarray(picture.convert("L"), np.float64) / 255)
    mask = torch.from_numpy(np.load(folder / f"mask_{pattern}30.npy").astype(bool))
    torch.manual_seed(0)
    noise = NOISE * torch.randn(clean.shape, dtype=torch.complex128)
    samples = (torch.fft.fft2(clean.to(torch.complex128), norm="ortho") + noise) * mask
    return Brain(clean.float().numpy(), samples.to(torch.complex64)[None].numpy(), mask.numpy())
