"""Writing TIFF files of pictures that came from other formats."""

from __future__ import annotations

import hashlib
import uuid
from typing import IO, Any

from .exif import DESCRIPTION, OF_CAMERA, from_exif
from .layout import in_order
from .picture import Picture
from .tiff_directories import Directories

_PROFILE = 34675
_BIG = 2**32 - 2**25
_OME_ORDER = "TZCYX"
_OME_TYPES = frozenset(("uint8", "uint16", "uint32", "int8", "int16", "int32", "float32", "float64"))


def write_new(picture: Picture, file: IO[bytes]) -> None:
    """Write a picture; one from a microscope becomes an OME-TIFF with pixel size and names of channels."""
    import tifffile

    ome = bool(picture.voxel or picture.channel_names) and picture.array.dtype.name in _OME_TYPES
    array, metadata = _ome(picture) if ome else (picture.array, {"axes": picture.axes})
    exif, order = from_exif(
        picture.exif
    )  # whose values stay in their order, for notes of makers depend on it
    big = array.nbytes > _BIG
    directories = Directories(order, big)
    goes = [entry for entry in exif.entries if entry.code in OF_CAMERA and entry.code != DESCRIPTION]
    tags: list[tuple[int, Any, int, Any, bool]] = [(*entry, True) for entry in goes]
    said = next((entry.content.rstrip(b"\0") for entry in exif.entries if entry.code == DESCRIPTION), None)
    if picture.icc:
        tags.append((_PROFILE, "B", len(picture.icc), picture.icc, True))
    tifffile.imwrite(
        file,
        array,
        ome=ome,
        bigtiff=big,
        byteorder=order,
        photometric="separated" if picture.inks else "rgb" if picture.colour else "minisblack",
        planarconfig="contig" if "S" in metadata["axes"] else None,
        extrasamples=["unassalpha"] if picture.copied else None,
        resolution=picture.dpi,
        resolutionunit="inch" if picture.dpi else None,
        software=False,
        description=None if ome else said,
        extratags=tags + directories.stand_ins(exif.below),
        metadata=metadata,
    )
    directories.write(file)


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
