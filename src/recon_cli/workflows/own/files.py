"""What `recon run` does with each file of data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ...files.images import read_picture
from ...files.kspace.arrays import read_npy, read_npz_array
from ...files.kspace.recognise import recognise
from ...files.pipes import PIPE, Pipes
from ..data_files import DataReconstructor, Loaded
from .loading import OwnOperator
from .study import OwnStudy

_NAMES = ("data", "y")


@dataclass(frozen=True)
class OwnReconstructor(DataReconstructor):
    """The settings that hold for all files.

    Attributes:
        operator: of the user.
        sigma: noise level, in units of the data, or a share of their largest magnitude.
        relative: whether it is one.
        several: whether the first axis of the data counts images.
        given: the values of the image that become 0 and 1, or None.
    """

    operator: OwnOperator
    sigma: float
    relative: bool = False
    several: bool = False
    given: tuple[float, float] | None = None

    def load(self, source: Path | None) -> Loaded:
        """See `DataReconstructor`."""
        with Pipes() as pipes, pipes.source(source or PIPE) as path:
            data = _checked(_read(path), str(source or "standard input"))
        images = data if self.several else data[None]
        operator = self.operator.of(images.shape[1:])
        sigma = self.sigma * float(np.abs(images).max()) if self.relative else self.sigma
        study = OwnStudy(operator, images, sigma, self.given)
        with self.operator.running("while the solver began"):
            study.level  # noqa: B018 - what it needs of the operator is asked where its errors are told
        shape = " x ".join(map(str, data.shape))
        height, width = operator.image_shape
        return Loaded(f"{shape}, {data.dtype}, of {height} x {width} pixels", study, images)

    def solve(self, *arguments: Any, **keywords: Any) -> Any:
        """See `FileWorkflow`."""
        with self.operator.running("while it was solved"):
            return super().solve(*arguments, **keywords)


def _read(path: Path) -> NDArray[Any]:
    match recognise(path):
        case "npy":
            return read_npy(path)
        case "npz":
            return read_npz_array(path, _NAMES)
    picture = read_picture(path)
    if picture.colour:
        raise ReconError(f"{picture.name} is a colour image; data are an array of numbers, or a grey image")
    return picture.array


def _checked(array: NDArray[Any], name: str) -> NDArray[Any]:
    """Return data as numbers in single precision, or in double where they are; none and zeros are refused."""
    kept = array.dtype.kind in "fc" and array.dtype.itemsize >= (16 if array.dtype.kind == "c" else 8)
    kind = (
        (np.complex128 if kept else np.complex64)
        if array.dtype.kind == "c"
        else (np.float64 if kept else np.float32)
    )
    data = np.ascontiguousarray(array, kind)
    if not data.size or not math.isfinite(float(np.abs(data).max())):
        raise ReconError(f"{name} has NaN or infinite values, or none at all")
    if not data.any():
        raise ReconError(f"{name} is zero everywhere: nothing was measured")
    return data
