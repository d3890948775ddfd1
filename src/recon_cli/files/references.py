"""Reference images that reconstructions are compared with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import ReconError
from ..quality.scores import Reference
from .images import luma_of, read_picture
from .kspace.arrays import read_npy
from .kspace.recognise import recognise
from .separate_process import read_in_process

_NAMES = ("reconstruction_esc", "reconstruction_rss", "reconstruction")


def read_reference(path: Path) -> Reference:
    """Read a picture, an array of frames, or the reconstruction in a fastMRI file.

    Args:
        path: an image file, whose planes are the frames and whose colours count as luma; npy
            `(..., height, width)`, real or complex; or HDF5 with `reconstruction_esc`,
            `reconstruction_rss` or `reconstruction`.

    Raises:
        ReconError: when the file cannot be read, or its values are not finite or all zero.
    """
    kind = recognise(path)
    if kind == "npy":
        array = read_npy(path)
    elif kind == "hdf5":
        array = read_in_process("numbers", path, *_NAMES).arrays["array"]
    else:
        picture = read_picture(path)
        planes = luma_of(picture)
        peak = 1.0 if picture.array.dtype.kind == "u" else float(planes.max())
        return Reference(_checked(path, planes), peak)
    if array.ndim < 2 or not array.size or array.dtype.kind not in "fciu":
        raise ReconError(f"{path} holds {array.dtype} values of shape {array.shape}, no images")
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused
        single = np.abs(array).astype(np.float32)
    images = _checked(path, single.reshape(-1, *array.shape[-2:]))
    return Reference(images, float(images.max()))


def _checked(path: Path, images: NDArray[np.float32]) -> NDArray[np.float32]:
    if not np.isfinite(images).all() or not images.any():
        raise ReconError(f"{path} is no reference: its values are not finite, or all zero")
    return images
