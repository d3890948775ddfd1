"""Writing TIFF files of pictures that came from other formats."""

from __future__ import annotations

import hashlib
import uuid
from typing import IO, Any

from .layout import in_order
from .orientation import orientation_of
from .picture import Picture

_ORIENTATION, _PROFILE = 274, 34675
_BIG = 2**32 - 2**25
_OME_ORDER = "TZCYX"
_OME_TYPES = frozenset(("uint8", "uint16", "uint32", "int8", "int16", "int32", "float32", "float64"))


def write_new(picture: Picture, file: IO[bytes]) -> None:
    """Write a picture; one from a microscope becomes an OME-TIFF with pixel size and names of channels."""
    import tifffile

    ome = bool(picture.voxel or picture.channel_names) and picture.array.dtype.name in _OME_TYPES
    array, metadata = _ome(picture) if ome else (picture.array, {"axes": picture.axes})
    tifffile.imwrite(
        file,
        array,
        ome=ome,
        bigtiff=array.nbytes > _BIG,
        photometric="rgb" if picture.colour else "minisblack",
        planarconfig="contig" if "S" in metadata["axes"] else None,
        extrasamples=["unassalpha"] if picture.copied else None,
        resolution=picture.dpi,
        resolutionunit="inch" if picture.dpi else None,
        software=False,
        extratags=_tags(picture),
        metadata=metadata,
    )


def _tags(picture: Picture) -> list[tuple[int, str, int, Any, bool]]:
    tags: list[tuple[int, str, int, Any, bool]] = []
    if picture.icc:
        tags.append((_PROFILE, "B", len(picture.icc), picture.icc, True))
    if picture.exif:
        tags.append((_ORIENTATION, "H", 1, orientation_of(picture.exif), True))
    return tags


def _ome(picture: Picture) -> tuple[Any, dict[str, Any]]:
    """Return the array and what tifffile writes as OME-XML."""
    if "S" in picture.axes:
        array, axes = picture.array, picture.axes
    else:
        array, axes = in_order(picture, _OME_ORDER)
    told: dict[str, Any] = {"axes": axes}
    for axis, length in sorted(picture.voxel.items()):
        told |= {f"PhysicalSize{axis}": length, f"PhysicalSize{axis}Unit": "µm"}
    if picture.channel_names and len(picture.channel_names) == picture.channels:
        told["Channel"] = {"Name": list(picture.channel_names)}
    mark = hashlib.sha256(repr((told, array.shape)).encode()).hexdigest()
    return array, told | {"UUID": str(uuid.UUID(mark[:32]))}  # the same for the same command
