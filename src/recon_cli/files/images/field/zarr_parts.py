"""Parts of a Zarr image, read without the rest: what it is, its values in a box, and a survey of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....errors import ReconError
from ...content import Content
from ...decoding import decoding
from ...limits import check_image, get_limit
from ..span import extremes
from .ome_zarr import open_stored

Box = tuple[tuple[int, int], ...]
"""From and to, along each axis."""
_VALUES = 2**22
"""Of a survey, at most."""


def slices(box: Box) -> tuple[slice, ...]:
    """Return a box as an index."""
    return tuple(slice(low, high) for low, high in box)


def volume(path: Path, name: str) -> Content:
    """Return what a folder is: `shape`, `dtype`, `axes`, `voxel`, and `told` of `Stored`.

    Raises:
        ReconError: when it holds no image, or one that is not read.
    """
    with decoding(name):
        stored = open_stored(path, name)
        facts = {
            "shape": list(stored.array.shape),
            "dtype": stored.array.dtype.str,
            "axes": stored.axes,
            "voxel": stored.voxel,
            "told": stored.told,
        }
    return Content({"facts": np.frombuffer(json.dumps(facts).encode(), np.uint8)})


def region(path: Path, name: str, words: str) -> Content:
    """Return the values in a box, `array`.

    Args:
        path: of the folder.
        name: for messages.
        words: the box, as JSON.

    Raises:
        ReconError: when they cannot be read, or are more than may be.
    """
    with decoding(name):
        return Content({"array": _values(open_stored(path, name).array, json.loads(words), name)})


def survey(path: Path, name: str, words: str) -> Content:
    """Return what is looked at of the values in some boxes, one after the other.

    Args:
        path: of the folder.
        name: for messages.
        words: the axis of channels or -1, how many boxes the image has in all, and boxes, as JSON.

    Returns:
        For each box and channel the extremes, `(boxes, channels, 2)`, and some values of each, `(boxes,
        channels, some)`.
    """
    axis, count, boxes = json.loads(words)
    ends, some = [], []
    with decoding(name):
        array = open_stored(path, name).array
        for box in boxes:
            values = _values(array, box, name)
            channels = np.moveaxis(values, axis, 0) if axis >= 0 else values[None]
            ends.append([extremes(each) for each in channels])
            most = max(1, min(_VALUES, get_limit()) // (count * len(channels)))
            some.append([_spread(each, most) for each in channels])
    return Content({"ends": np.array(ends, np.float64), "some": np.array(some)})


def _spread(values: NDArray[Any], most: int) -> NDArray[Any]:
    """Return so many values from everywhere, some twice where there are fewer."""
    flat = values.reshape(-1)
    return flat[np.linspace(0, flat.size - 1, most).astype(np.int64)]


def _values(array: Any, box: Box, name: str) -> NDArray[Any]:
    shape = tuple(high - low for low, high in box)
    if len(shape) != array.ndim or any(high > size for (_, high), size in zip(box, array.shape, strict=True)):
        raise ReconError(f"{name} has changed: its shape is {array.shape} now")
    check_image(name, shape, array.dtype.itemsize)
    found: NDArray[Any] = array[slices(box)]
    return found
