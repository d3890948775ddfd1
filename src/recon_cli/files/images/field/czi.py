"""CZI files of Zeiss microscopes, by czifile."""

from __future__ import annotations

from typing import IO, Any

from ....errors import ReconError
from ...limits import check_image
from ..format import FileFormat, begins_with
from ..picture import Picture
from .stacks import without_single

_MICROMETRES = 1e6
"""In a metre, in which distances are given."""


def _read(file: IO[bytes], name: str) -> Picture:
    from czifile import CziFile

    with CziFile(file, multifile=False) as czi:
        shape, axes, dtype = czi.shape, czi.axes, czi.dtype
        if dtype is None or dtype.kind not in "iuf":
            raise ReconError(f"{name} holds {dtype} pixels, which are not read")
        check_image(name, shape, dtype.itemsize)
        array = czi.asarray(max_workers=1)
        told = czi.metadata(raw=False) or {}
    samples = array.shape[-1]
    array, axes = without_single(array, axes.replace("S", "Q")[:-1] + "S")
    document = told.get("ImageDocument", told).get("Metadata", {})
    return Picture(
        name,
        "czi",
        array,
        axes,
        colour=samples == 3,
        copied=int(samples == 4),
        voxel=_voxel(document),
        channel_names=_channels(document),
    )


def _voxel(document: dict[str, Any]) -> dict[str, float]:
    found = {}
    for entry in _list(document, "Scaling", "Items", "Distance"):
        axis, value = str(entry.get("Id")), float(entry.get("Value") or 0)
        if axis in ("X", "Y", "Z") and value > 0:
            found[axis] = value * _MICROMETRES
    return found


def _channels(document: dict[str, Any]) -> tuple[str, ...]:
    path = ("Information", "Image", "Dimensions", "Channels", "Channel")
    return tuple(str(entry.get("Name") or "") for entry in _list(document, *path))


def _list(found: Any, *path: str) -> list[dict[str, Any]]:
    """Return the entries at a place of the metadata."""
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    entries = found if isinstance(found, list) else [found]
    return [entry for entry in entries if isinstance(entry, dict)]


FORMAT = FileFormat(
    "czi",
    "CZI",
    (".czi",),
    begins_with(b"ZISRAWFILE"),
    _read,
    None,
    becomes="tiff",
    package="czifile",
    isolated=True,
)
