"""NIfTI files of medical imaging, by nibabel."""

from __future__ import annotations

import io
import math
from typing import IO, Any

import numpy as np

from ....errors import ReconError
from ...limits import check_image
from ..format import FileFormat
from ..layout import in_order
from ..picture import Native, Picture

_MICROMETRES = {"meter": 1e6, "mm": 1e3, "micron": 1.0}
_ORDER = "XYZTCQ"


def _begins(beginning: bytes) -> bool:
    return beginning[344:347] in (b"n+1", b"ni1") or beginning[4:7] in (b"n+2", b"ni2")


def _read(file: IO[bytes], name: str) -> Picture:
    import nibabel

    second = file.read(8)[4:7] in (b"n+2", b"ni2")
    file.seek(0)
    kind: Any = nibabel.Nifti2Image if second else nibabel.Nifti1Image
    header = kind.header_class.from_fileobj(file)
    if not header.is_single:
        raise ReconError(f"{name} keeps its values in another file, which is not read; save it as .nii")
    shape, dtype, start = header.get_data_shape(), header.get_data_dtype(), int(header.get_data_offset())
    check_image(name, shape, dtype.itemsize)
    if len(shape) < 2 or dtype.kind not in "iuf":
        raise ReconError(f"{name} holds {dtype} values of shape {shape}, which are no planes of intensities")
    file.seek(0)
    beginning = file.read(start)
    content = file.read(math.prod(shape) * dtype.itemsize)
    array = np.frombuffer(content, dtype).reshape(shape, order="F")
    slope, shift = header.get_slope_inter()
    if (slope or 1, shift or 0) != (1, 0):
        wide = np.float32 if dtype.itemsize <= 2 else np.float64
        array = (array * np.float64(slope) + (shift or 0)).astype(wide)
    unit = _MICROMETRES.get(header.get_xyzt_units()[0], 0)
    lengths = dict(zip("XYZ", header.get_zooms(), strict=False))
    return Picture(
        name,
        "nifti",
        array,
        (_ORDER + "Q")[: array.ndim],
        voxel={axis: float(length) * unit for axis, length in lengths.items() if length * unit > 0},
        native=Native({"second": second}, {"beginning": beginning}),
    )


def _write(picture: Picture, file: IO[bytes]) -> None:
    import nibabel

    kind: Any = nibabel.Nifti1Image
    if picture.format == "nifti":
        kind = nibabel.Nifti2Image if picture.native.facts["second"] else kind
        header = kind.header_class.from_fileobj(io.BytesIO(picture.native.parts["beginning"]))
        header.set_data_dtype(picture.array.dtype)
        image = kind(picture.array, None, header)
    else:
        array, letters = in_order(picture, _ORDER)
        steps = [picture.voxel.get(axis, 1.0) / (1e3 if picture.voxel else 1.0) for axis in letters[:3]]
        image = kind(array, np.diag([*steps, *[1.0] * (4 - len(steps))]), dtype=array.dtype)
        image.header.set_xyzt_units("mm" if picture.voxel else "unknown")
    file.write(image.to_bytes())


FORMAT = FileFormat(
    "nifti",
    "NIfTI",
    (".nii", ".nii.gz"),
    _begins,
    _read,
    _write,
    package="nibabel",
    isolated=True,
    gzipped=True,
)
