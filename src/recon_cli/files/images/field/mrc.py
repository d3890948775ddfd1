"""MRC files of electron microscopy, by mrcfile."""

from __future__ import annotations

import io
import warnings
from typing import IO, Any

import numpy as np

from ....errors import ReconError
from ...limits import check_image
from ..format import FileFormat, begins_with
from ..layout import in_order
from ..picture import Native, Picture

_ANGSTROMS = 1e4
"""In a micrometre."""
_HEADER = 1024


def _read(file: IO[bytes], name: str) -> Picture:
    from mrcfile import utils
    from mrcfile.mrcinterpreter import MrcInterpreter

    with warnings.catch_warnings(action="ignore"):
        probe = MrcInterpreter(file, header_only=True)
        header, probe._iostream = probe.header, None  # it would write at its end
        shape = utils.data_shape_from_header(header)
        dtype = utils.data_dtype_from_header(header)
        check_image(name, shape, dtype.itemsize)
        if dtype.kind not in "iuf":
            raise ReconError(f"{name} holds {dtype} values, which are no intensities")
        file.seek(0)
        whole = MrcInterpreter(file)
        whole._iostream = None
    array = whole.data
    if array.ndim < 2:
        raise ReconError(f"{name} has shape {array.shape}; an image has at least two axes")
    size = whole.voxel_size
    voxel = {axis: float(size[axis.lower()]) / _ANGSTROMS for axis in "XYZ"}
    return Picture(
        name,
        "mrc",
        array,
        "QZYX"[-array.ndim :],
        voxel={axis: length for axis, length in voxel.items() if length > 0},
        native=Native(parts={"header": whole.header.tobytes(), "extended": whole.extended_header.tobytes()}),
    )


def _write(picture: Picture, file: IO[bytes]) -> None:
    from mrcfile.mrcinterpreter import MrcInterpreter

    if picture.format == "mrc":
        array, parts = picture.array, picture.native.parts
    else:
        array, parts = in_order(picture, "QZYX")[0], {}
    target = _fitting(array.dtype)
    with warnings.catch_warnings(action="ignore"):
        made = MrcInterpreter()
        made._create_default_attributes()
        if parts:
            order = np.dtype(made.header.dtype.newbyteorder("<"))
            little = parts["header"][212:213] == b"\x44"
            old = np.frombuffer(parts["header"], order if little else order.newbyteorder(">"))
            made._header = old.astype(made.header.dtype).reshape(()).copy().view(np.recarray)
        made.set_data(array.astype(target))
        if parts:
            made.set_extended_header(np.frombuffer(parts["extended"], "V1"))
        else:
            made.header.nlabl, made.header.label[:] = 0, b""  # it names the time
            if picture.voxel:
                made.voxel_size = tuple(picture.voxel.get(axis, 1e-4) * _ANGSTROMS for axis in "XYZ")
        made.update_header_stats()
        made._iostream = io.BytesIO()
        made.flush()
        file.write(made._iostream.getvalue())


def _fitting(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type of MRC that holds all values of another one."""
    if dtype.name in ("int8", "int16", "uint16", "float16", "float32"):
        return dtype.newbyteorder("=")
    return np.dtype(np.uint16 if dtype.name == "uint8" else np.float32)


FORMAT = FileFormat(
    "mrc",
    "MRC",
    (".mrc", ".mrcs", ".map", ".rec", ".st"),
    begins_with(b"MAP ", b"MAP\0", at=208),
    _read,
    _write,
    package="mrcfile",
    isolated=True,
)
