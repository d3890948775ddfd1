"""ND2 files of Nikon microscopes, by nd2."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ....errors import ReconError
from ...limits import check_image
from ..format import FileFormat, begins_with
from ..picture import Picture
from .stacks import without_single

_UNTOLD = (AttributeError, KeyError, IndexError, TypeError, ValueError, NameError)
"""What the library raises where the microscope left out what it looks for beside the pixels."""


def _read(file: Any, name: str) -> Picture:
    import nd2

    with nd2.ND2File(file) as opened:
        sizes, dtype = dict(opened.sizes), opened.dtype
        if dtype.kind not in "iuf" or not {"Y", "X"} <= sizes.keys():
            raise ReconError(
                f"{name} holds {dtype} pixels of the axes {', '.join(sizes)}, which are not read"
            )
        check_image(name, tuple(sizes.values()), dtype.itemsize)
        array = opened.asarray()
        voxel: dict[str, float] = {}
        names: tuple[str, ...] = ()
        with suppress(*_UNTOLD):
            size = opened.voxel_size()
            lengths = {axis: float(getattr(size, axis.lower()) or 0) for axis in "XYZ"}
            voxel = {axis: length for axis, length in lengths.items() if length > 0}
            names = tuple(each.channel.name or "" for each in opened.metadata.channels or ())
    samples = sizes.get("S", 1)
    letters = "".join(axis if len(axis) == 1 else "Q" for axis in sizes)
    array, axes = without_single(array, letters)
    return Picture(
        name,
        "nd2",
        array,
        axes,
        colour=samples == 3,
        copied=int(samples == 4),
        voxel=voxel,
        channel_names=names,
    )


FORMAT = FileFormat(
    "nd2",
    "ND2",
    (".nd2",),
    begins_with(b"\xda\xce\xbe\x0a"),
    _read,
    None,
    becomes="tiff",
    package="nd2",
    isolated=True,
)
