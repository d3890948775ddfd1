"""A Zarr image on the disk, whose values are read and written in boxes."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..picture_folders import check_inside
from ..separate_process import read_in_process
from .field.zarr_parts import Box, slices
from .picture import Picture


@dataclass(frozen=True)
class Volume:
    """What is known of an image before its values are read.

    Attributes:
        path: of its folder.
        shape: of all values.
        dtype: of a value.
        axes: a letter for each axis.
        voxel: see `Picture`.
        told: what its folder says, for one of the same kind.
    """

    path: Path
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    axes: str
    voxel: dict[str, float]
    told: dict[str, Any]

    @classmethod
    def open(cls, path: Path) -> Volume:
        """Look at a folder.

        Raises:
            ReconError: when it holds no image, or something that leads out of it.
        """
        check_inside(path)
        content = read_in_process("volume", path, str(path))
        facts = json.loads(content.arrays["facts"].tobytes())
        return cls(
            path,
            tuple(facts["shape"]),
            np.dtype(facts["dtype"]),
            facts["axes"],
            facts["voxel"],
            facts["told"],
        )

    @property
    def values(self) -> int:
        """How many values it has."""
        return math.prod(self.shape)

    @property
    def chunks(self) -> tuple[int, ...]:
        """Values along each axis that are stored together."""
        return tuple(self.told["levels"][0]["chunks"])

    @property
    def channel_axis(self) -> int:
        """Number of the axis `C`, -1 where there is none."""
        return self.axes.find("C")

    def picture(self, box: Box) -> Picture:
        """Read a box.

        Raises:
            ReconError: when it cannot be read.
        """
        content = read_in_process("region", self.path, str(self.path), json.dumps(box))
        return self.of(content.arrays["array"])

    def of(self, array: NDArray[Any]) -> Picture:
        """Return values of the same axes as a picture."""
        return Picture(str(self.path), "zarr", array, self.axes, voxel=self.voxel)

    def survey(self, boxes: Sequence[Box], count: int) -> tuple[NDArray[np.float64], NDArray[Any]]:
        """Look at some boxes, see `zarr_parts.survey`.

        Args:
            boxes: some of the image.
            count: of all that will be looked at.
        """
        words = json.dumps([self.channel_axis, count, boxes])
        content = read_in_process("survey", self.path, str(self.path), words)
        return content.arrays["ends"], content.arrays["some"]


def write_box(folder: Path, level: str, box: Box, values: NDArray[Any]) -> None:
    """Write values into an array of this program's own making, chunk after chunk, each whole or not at all.

    Args:
        folder: of the image.
        level: path of the array in it; empty where the folder is one.
        box: whole chunks, so that no two writers share one.
        values: of the box.
    """
    _array(folder, level, "r+")[slices(box)] = values


def read_box(folder: Path, level: str, box: Box) -> NDArray[Any]:
    """Read values that `write_box` has written."""
    found: NDArray[Any] = _array(folder, level, "r")[slices(box)]
    return found


def _array(folder: Path, level: str, mode: Any) -> Any:
    import zarr

    root: Any = zarr.open(str(folder), mode=mode)
    return root[level] if level else root
