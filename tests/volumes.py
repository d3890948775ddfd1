"""Small OME-NGFF images of two levels, in chunks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import zarr
from numpy.typing import NDArray
from skimage import data

NOISE = 600.0
"""In the data."""


def noisy_planes(planes: int, height: int, width: int) -> NDArray[np.uint16]:
    """Return parts of a photograph as 16-bit values, with noise."""
    clean = 60.0 * data.camera()[40 : 40 + height, 100 : 100 + width] + 4000
    noise = NOISE * np.random.default_rng(3).standard_normal((planes, height, width))
    return np.rint(clean + noise).clip(0, 65535).astype(np.uint16)


def write_ngff(folder: Path, values: NDArray[np.uint16], chunk: int) -> None:
    """Write planes behind each other and a level of half their resolution."""
    group = zarr.create_group(str(folder), zarr_format=3)
    height, width = (side // 2 for side in values.shape[-2:])
    halved = values[:, : 2 * height, : 2 * width].reshape(-1, height, 2, width, 2).mean((2, 4))
    levels = []
    for name, level in (("0", values), ("1", np.rint(halved).astype(np.uint16))):
        array = group.create_array(
            name,
            shape=level.shape,
            dtype=level.dtype,
            chunks=(1, chunk, chunk),
            dimension_names=["z", "y", "x"],
        )
        array[...] = level
        scale = {"type": "scale", "scale": [1.0, float(2 ** int(name)), float(2 ** int(name))]}
        levels.append({"path": name, "coordinateTransformations": [scale]})
    axes = [{"name": axis, "type": "space"} for axis in "zyx"]
    group.attrs["ome"] = {"version": "0.5", "multiscales": [{"axes": axes, "datasets": levels}]}
