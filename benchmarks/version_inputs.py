"""Small photographs, their noisy versions and their k-space, the same for all versions of the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image
from skimage import data


def noise(*shape: int, seed: int) -> NDArray[np.float32]:
    """Return noise of sigma 25, of 255."""
    return 25 / 255 * np.random.default_rng(seed).standard_normal(shape, np.float32)


def to_kspace(image: NDArray[Any]) -> NDArray[np.complexfloating[Any, Any]]:
    """Transform the last two axes; the origin is in the middle."""
    axes = (-2, -1)
    return np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(image, axes), norm="ortho"), axes).astype(
        np.complex64
    )


def radial(side: int, spokes: int) -> NDArray[np.bool_]:
    """Return a mask of lines through the middle."""
    rows, cols = np.indices((side, side)) - side // 2
    angles = np.pi / spokes * np.arange(spokes)[:, None, None]
    return (np.abs(rows * np.cos(angles) - cols * np.sin(angles)) <= 0.5).any(0)


def make_inputs(folder: Path) -> None:
    """Write photographs that come with scikit-image, their noisy versions and their k-space."""
    camera, side = (data.camera() / 255).astype(np.float32), 40
    grey, large, coffee = camera[60:100, 200:240], camera[40:168, 160:288], data.coffee()[100:132, 200:236]
    colour = (coffee / 255).astype(np.float32)
    stack = np.stack([camera[k : k + 40, 200:240] + (0.5 + k / 120) * noise(40, 40, seed=k) for k in (0, 60)])
    rows, cols = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]  # type: ignore[misc]
    places = [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    maps = np.stack([np.exp(-((rows - a) ** 2 + (cols - b) ** 2) / 3 + 1j * a * cols) for a, b in places])
    maps = (maps / np.sqrt((np.abs(maps) ** 2).sum(0))).astype(np.complex64)
    lines = (np.arange(side) % 3 == 0) | (np.abs(np.arange(side) - side // 2) < 8)
    coils = to_kspace(maps * grey * np.exp(1j * (rows + cols**2)))
    arrays = {
        "grey": grey, "noisy": grey + noise(*grey.shape, seed=1),
        "large": large + noise(*large.shape, seed=2), "colour": colour + noise(*colour.shape, seed=3),
        "stack": stack, "wide": camera[:150, 150:410] + noise(150, 260, seed=7),
        "full": np.fft.ifftshift(to_kspace(grey)), "maps": maps,
        "radial": (to_kspace(grey) + noise(side, side, seed=4)) * radial(side, 14),
        "scan": to_kspace(large) * radial(128, 40),
        "coils": (coils + 0.1 * noise(4, side, side, seed=5)) * lines,
    }  # fmt: skip
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    light = np.array([20, 60])[:, None, None] * (data.cell()[200:248, 200:248] / 255)
    counts = np.rint(2 * np.random.default_rng(6).poisson(light) + 100).astype(np.uint16)
    tifffile.imwrite(folder / "counts.tif", counts)
    (folder / "photos").mkdir()
    Image.fromarray(data.camera()[:64, 100:180]).save(folder / "photos/a.png")
    Image.fromarray(data.coins()[:70, 100:164]).save(folder / "photos/b.png")
