"""Zarr arrays and OME-NGFF images, by zarr: folders of chunks, with levels of lower resolution."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....errors import ReconError
from ...limits import check_image
from ..format import FileFormat
from ..layout import in_order
from ..levels import reduced
from ..picture import Native, Picture
from .zarr_codecs import check_codecs

if TYPE_CHECKING:
    import numpy as np

_MICROMETRES = {"micrometer": 1.0, "nanometer": 1e-3, "angstrom": 1e-4, "millimeter": 1e3, "meter": 1e6}
_ORDER = "TCZYX"
_CHUNK = 1024
_TYPES = {"T": "time", "C": "channel"}


@dataclass(frozen=True)
class Stored:
    """An image that is open, its values not read.

    Attributes:
        array: of the highest resolution.
        axes: its letters, see `Picture`.
        voxel: see `Picture`.
        told: what its folder says, for one of the same kind.
    """

    array: Any
    axes: str
    voxel: dict[str, float]
    told: dict[str, Any]


def open_stored(path: Path, name: str) -> Stored:
    """Open a folder.

    Args:
        path: of it.
        name: for messages.

    Raises:
        ReconError: when it holds no image, or one that is not read.
    """
    import zarr
    from zarr.storage import LocalStore

    root: Any = zarr.open(LocalStore(path, read_only=True), mode="r")
    attributes = dict(root.attrs)
    scales = (attributes.get("ome") or attributes).get("multiscales")
    voxel: dict[str, float] = {}
    if isinstance(root, zarr.Array):
        levels, axes = {"": root}, _letters(_names(root), root.ndim)
    elif scales:
        if len(scales) > 1:
            raise ReconError(f"{name} holds {len(scales)} images; give the folder of one of them")
        levels = {_inside(level["path"], name): root[level["path"]] for level in scales[0]["datasets"]}
        axes, voxel = _described(scales[0], next(iter(levels.values())).ndim)
    else:
        inside = ", ".join(sorted(root.keys())[:9]) or "nothing"
        raise ReconError(
            f"{name} is no array and no OME-NGFF image, but holds {inside}; give a folder inside"
        )
    first: Any = next(iter(levels.values()))
    check_codecs(first, name)
    if first.ndim < 2 or first.dtype.kind not in "iuf":
        raise ReconError(
            f"{name} holds {first.dtype} values of shape {first.shape}, no planes of intensities"
        )
    told = {
        "attributes": attributes,
        "version": first.metadata.zarr_format,
        "levels": [
            {
                "path": key,
                "shape": level.shape,
                "chunks": level.chunks,
                "attributes": dict(level.attrs) if key else {},
                "names": _names(level),
                "separator": getattr(level.metadata, "dimension_separator", None),
            }
            for key, level in levels.items()
        ],
    }
    return Stored(first, axes, voxel, told)


def _read(path: Path, name: str) -> Picture:
    stored = open_stored(path, name)
    check_image(name, stored.array.shape, stored.array.dtype.itemsize)
    native = Native(parts={"told": json.dumps(stored.told).encode()})
    return Picture(name, "zarr", stored.array[...], stored.axes, voxel=stored.voxel, native=native)


def _inside(path: str, name: str) -> str:
    if not path or path.startswith("/") or ".." in Path(path).parts:
        raise ReconError(f"{name} keeps an image at {path!r}, which is not inside of it")
    return path


def _names(array: Any) -> list[str | None] | None:
    names = getattr(array.metadata, "dimension_names", None)
    return names and list(names)


def _letters(names: list[str | None] | None, count: int) -> str:
    """Return the axes of an array by the names of its dimensions, where rows and columns are among them."""
    letters = [str(name or "q").upper() for name in names or ()]
    letters = [letter if letter in _ORDER else "Q" for letter in letters]
    known = letters.count("Y") == letters.count("X") == 1
    return "".join(letters) if known else "Q" * (count - 2) + "YX"


def _described(scales: dict[str, Any], count: int) -> tuple[str, dict[str, float]]:
    axes = [axis if isinstance(axis, dict) else {"name": axis} for axis in scales.get("axes") or ()]
    if not axes:  # the versions before 0.3 have these five
        return _ORDER[-count:], {}
    letters = _letters([axis["name"] for axis in axes], count)
    steps = [1.0] * count
    for change in scales["datasets"][0].get("coordinateTransformations", ()):
        steps = [float(n) for n in change.get("scale", steps)]
    units = [_MICROMETRES.get(str(axis.get("unit")), 0.0) for axis in axes]
    found = zip(letters, steps, units, strict=True)
    return letters, {axis: step * unit for axis, step, unit in found if axis in "ZYX" and step * unit > 0}


def _write(picture: Picture, folder: Path) -> None:
    array = picture.array
    if picture.format == "zarr":
        told = json.loads(picture.native.parts["told"])
    else:
        array, letters = in_order(picture, _ORDER)
        told = _new(picture, array.shape, letters)
    for level, made in zip(told["levels"], create_levels(told, folder, array.dtype), strict=True):
        array = reduced(array, tuple(level["shape"]))
        made[...] = array


def create_levels(told: dict[str, Any], folder: Path, dtype: np.dtype[Any]) -> list[Any]:
    """Make a folder with the arrays of all levels, without values.

    Args:
        told: see `Stored`.
        folder: that is made.
        dtype: of the values.

    Returns:
        The arrays, from the highest resolution on.
    """
    import zarr

    version, levels = told["version"], told["levels"]
    if levels[0]["path"]:
        group = zarr.create_group(str(folder), zarr_format=version)
        group.attrs.update(told["attributes"])
        attributes = [level["attributes"] for level in levels]
    else:
        attributes = [told["attributes"]]
    made = []
    for level, own in zip(levels, attributes, strict=True):
        options: dict[str, Any] = {"dimension_names": level["names"]} if version == 3 else {}
        if level["separator"]:
            options["chunk_key_encoding"] = {"name": "v2", "separator": level["separator"]}
        made.append(
            zarr.create_array(
                str(folder),
                name=level["path"] or None,
                shape=tuple(level["shape"]),
                dtype=dtype,
                chunks=tuple(level["chunks"]),
                zarr_format=version,
                attributes=own,
                **options,
            )
        )
    return made


def _new(picture: Picture, shape: tuple[int, ...], letters: str) -> dict[str, Any]:
    """Return what a new OME-NGFF image of one level says."""
    axes = []
    for letter in letters:
        axis = {"name": letter.lower(), "type": _TYPES.get(letter, "space")}
        axes.append(axis | ({"unit": "micrometer"} if letter in picture.voxel else {}))
    scale = {"type": "scale", "scale": [picture.voxel.get(letter, 1.0) for letter in letters]}
    image = {"axes": axes, "datasets": [{"path": "0", "coordinateTransformations": [scale]}]}
    chunks = [1] * (len(shape) - 2) + [min(side, _CHUNK) for side in shape[-2:]]
    level: dict[str, Any] = {
        "path": "0",
        "shape": shape,
        "chunks": chunks,
        "attributes": {},
        "names": [letter.lower() for letter in letters],
        "separator": None,
    }
    attributes = {"ome": {"version": "0.5", "multiscales": [image]}}
    return {"attributes": attributes, "version": 3, "levels": [level]}


FORMAT = FileFormat(
    "zarr",
    "Zarr",
    (".zarr",),
    lambda beginning: False,  # a folder, see `picture_folders`
    _read,
    _write,
    package="zarr",
    isolated=True,
    folder=True,
)
