"""The angles of a scan, as users give them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ...files.kspace.arrays import read_npy
from ...files.parsed import read_text

_MOST = 2**16
_RADIANS = (0.43 * math.pi, 2 * math.pi + 1e-3)
_SEVERAL = 8
"""So many angles that go over so many degrees, a quarter of a turn to a turn of radians, are in radians."""
_TURNS, _NEAR = (math.pi / 2, math.pi, 2 * math.pi), 1e-3
"""Fewer are where they go over just one of these, with or without its end, to so much relative."""


def named_angles(text: str) -> tuple[float, ...]:
    """Return the angles of `--angles` in degrees.

    Args:
        text: `START:STOP:STEP`, without STOP itself, or a file: npy, or text with numbers between commas,
            spaces or lines.

    Raises:
        ReconError: when there are none, too many, or they are not finite or look like radians.
    """
    numbers = text.split(":")
    angles = _read(Path(text)) if len(numbers) != 3 else _counted(text, numbers)
    if not np.isfinite(angles).all() or not len(angles):
        raise ReconError(f"--angles {text} holds no angles, or some that are not finite", 2)
    if _are_radians(angles):
        raise ReconError(
            f"--angles {text} holds angles between {angles.min():.4g} and {angles.max():.4g}, which look "
            f"like radians; in degrees they would be {math.degrees(angles.min()):.4g} to "
            f"{math.degrees(angles.max()):.4g}",
            2,
        )
    return tuple(map(float, angles))


def _are_radians(angles: NDArray[np.float64]) -> bool:
    """Return whether angles are none of a scan in degrees: they would see the object from one side alone."""
    spread, count = float(np.ptp(angles)), len(angles)
    if count >= _SEVERAL:
        return _RADIANS[0] <= spread <= _RADIANS[1]
    whole = [part * turn for turn in _TURNS for part in (1.0, 1 - 1 / count)]
    return count > 1 and any(math.isclose(spread, each, rel_tol=_NEAR) for each in whole)


def _counted(text: str, numbers: list[str]) -> NDArray[np.float64]:
    try:
        start, stop, step = map(float, numbers)
    except ValueError:
        start = stop = step = math.nan
    count = (stop - start) / step if step and math.isfinite(start + stop + step) else 0.0
    if not 0 < count <= _MOST:
        raise ReconError(
            f"--angles takes START:STOP:STEP in degrees, as 0:180:1 for 180 angles from 0 to 179, or a file, "
            f"and is {text}",
            2,
        )
    return np.array([start + step * k for k in range(math.ceil(count - 1e-9))])


def _read(path: Path) -> NDArray[np.float64]:
    if not path.is_file():
        raise ReconError(f"--angles {path} is neither START:STOP:STEP nor a file", 2)
    if path.suffix.lower() == ".npy":
        array = read_npy(path)
        if array.dtype.kind not in "fiu" or array.squeeze().ndim > 1:
            raise ReconError(f"{path} holds {array.dtype} values of shape {array.shape}, no list of angles")
        return array.astype(np.float64).reshape(-1)
    words = read_text(path, "the angles").replace(",", " ").replace(";", " ").split()
    try:
        return np.array([float(word) for word in words])
    except ValueError as error:
        raise ReconError(f"{path} holds no list of angles: {error}") from error
