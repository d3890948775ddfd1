"""LIF files of Leica microscopes, by liffile."""

from __future__ import annotations

from typing import IO, Any

import numpy as np

from ....errors import ReconError
from ...limits import check_image
from ..format import FileFormat
from ..picture import Picture
from .stacks import without_single

_MICROMETRES = 1e6
"""In a metre, in which places are given."""


def _begins(beginning: bytes) -> bool:
    return beginning[:4] == b"\x70\0\0\0" and beginning[8:9] == b"\x2a"


def _read(file: IO[bytes], name: str) -> Picture:
    from liffile import LifFile

    with LifFile(file, squeeze=False) as lif:
        images = list(lif.images)
        kinds = {(image.dims, image.shape, image.dtype) for image in images}
        if len(kinds) != 1:
            told = ", ".join(f"{image.name} {image.shape}" for image in images[:9]) or "none"
            raise ReconError(
                f"{name} has to hold images of one size, and holds {told}; export the one you mean"
            )
        first = images[0]
        if first.dtype is None or first.dtype.kind not in "iuf" or not {"Y", "X"} <= set(first.dims):
            raise ReconError(
                f"{name} holds {first.dtype} pixels of the axes {first.dims}, which are not read"
            )
        check_image(name, (len(images), *first.shape), first.dtype.itemsize)
        array = np.stack([image.asarray() for image in images])
        voxel = _voxel(first)
    samples = array.shape[first.dims.index("S") + 1] if "S" in first.dims else 1
    letters = "Q" + "".join(axis if len(axis) == 1 else "Q" for axis in first.dims)
    array, axes = without_single(array, letters)
    return Picture(name, "lif", array, axes, samples == 3, int(samples == 4), voxel=voxel)


def _voxel(image: Any) -> dict[str, float]:
    """Return the distances of neighbours by their places."""
    places = {axis: np.asarray(image.coords[axis], float) for axis in "XYZ" if axis in image.coords}
    steps = {axis: abs(float(at[1] - at[0])) * _MICROMETRES for axis, at in places.items() if len(at) > 1}
    return {axis: step for axis, step in steps.items() if step > 0}


FORMAT = FileFormat(
    "lif",
    "LIF",
    (".lif",),
    _begins,
    _read,
    None,
    becomes="tiff",
    package="liffile",
    isolated=True,
)
