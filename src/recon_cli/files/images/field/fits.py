"""FITS files of astronomy, by astropy: the first image, and all that stands beside it as it is."""

from __future__ import annotations

import io
import math
import warnings
from typing import IO, Any

import numpy as np

from ....errors import ReconError
from ...limits import check_image
from ..format import FileFormat, begins_with
from ..picture import Native, Picture

_LOSSY_FLOATS, _LOSSLESS = ("RICE_1", "HCOMPRESS_1", "PLIO_1"), "GZIP_2"
_SCALING = ("BSCALE", "BZERO", "BLANK")
_OUTDATED = ("CHECKSUM", "DATASUM", "DATAMIN", "DATAMAX")


def _read(file: IO[bytes], name: str) -> Picture:
    from astropy.io import fits

    options: dict[str, Any] = {
        "memmap": False,
        "do_not_scale_image_data": True,
        "ignore_missing_simple": False,
    }
    with warnings.catch_warnings(action="ignore"), fits.open(file, **options) as hdus:
        chosen = next((hdu for hdu in hdus if hdu.is_image and len(hdu.shape) > 1), None)
        if chosen is None:
            raise ReconError(f"{name} holds no image of at least two axes")
        check_image(name, chosen.shape, abs(int(chosen.header["BITPIX"])) // 8)
        header = chosen.header.copy()
        scale, zero, blank = (header.get(key) for key in _SCALING)
        values, nodata = _scaled(chosen.data, scale or 1, zero or 0, blank)
        place = chosen.fileinfo()
        file.seek(0)
        before = file.read(place["hdrLoc"])
        file.seek(place["datLoc"] + place["datSpan"])
        packed = getattr(chosen, "compression_type", None)
        for key in (*_SCALING, *_OUTDATED):
            header.remove(key, ignore_missing=True)
        native = Native(
            {"packed": packed, "primary": not before, "blank": nodata},
            {"before": before, "after": file.read(), "header": header.tostring().encode("ascii")},
        )
    axes = "Q" * (values.ndim - 2) + "YX"
    return Picture(name, "fits", values, axes, nodata=nodata, native=native)


def _scaled(stored: Any, scale: float, zero: float, blank: int | None) -> tuple[Any, float | None]:
    """Return the values, and which of them means nothing.

    Integers on an offset of half their range are unsigned ones; others that are scaled become floats.
    """
    kind, bits = stored.dtype.kind, 8 * stored.dtype.itemsize
    if kind == "f":
        return (stored, None) if (scale, zero) == (1, 0) else (stored * scale + zero, None)
    if (scale, zero) == (1, 0):
        return stored, blank
    shift = -128 if kind == "u" else 2 ** (bits - 1)
    if (scale, zero) == (1, shift):
        other = np.dtype(f"{'i' if kind == 'u' else 'u'}{bits // 8}")
        flipped = stored.astype(stored.dtype.newbyteorder("=")) ^ stored.dtype.type(
            128 if kind == "u" else np.iinfo(stored.dtype).min
        )
        return flipped.view(other), None if blank is None else blank + shift
    values = (stored * np.float64(scale) + zero).astype(np.float32 if bits <= 16 else np.float64)
    if blank is not None:
        values[stored == blank] = math.nan
    return values, None


def _write(picture: Picture, file: IO[bytes]) -> None:
    from astropy.io import fits

    array = picture.array if picture.format == "fits" else _plain(picture)
    native = picture.native if picture.format == "fits" else Native({"primary": True})
    facts, parts = native.facts, native.parts
    header = fits.Header.fromstring(parts["header"].decode("ascii")) if parts else fits.Header()
    blank = facts.get("blank")
    kind: Any = fits.PrimaryHDU if facts["primary"] else fits.ImageHDU
    options: dict[str, Any] = {}
    if facts.get("packed"):
        floats = array.dtype.kind == "f"
        lossy = floats and facts["packed"] in _LOSSY_FLOATS
        kind, options = fits.CompImageHDU, {"compression_type": _LOSSLESS if lossy else facts["packed"]}
        options |= {"quantize_level": 0} if floats else {}
    with warnings.catch_warnings(action="ignore"):
        hdu = kind(np.ascontiguousarray(array), header, **options)
        if blank is not None and array.dtype.kind != "f":
            hdu.header["BLANK"] = int(blank - hdu.header.get("BZERO", 0))
        first = [] if kind is fits.PrimaryHDU else [fits.PrimaryHDU()]
        fits.HDUList([*first, hdu]).writeto(content := io.BytesIO(), output_verify="silentfix")
        written = content.getvalue()
        with fits.open(io.BytesIO(written), memmap=False) as made:
            place = made[-1].fileinfo()["hdrLoc"] if parts.get("before") else 0
    file.write(parts.get("before", b"") + written[place:] + parts.get("after", b""))


def _plain(picture: Picture) -> Any:
    """Return the array with its samples before rows and columns."""
    return np.moveaxis(picture.array, picture.axes.rindex("S"), -3) if "S" in picture.axes else picture.array


FORMAT = FileFormat(
    "fits",
    "FITS",
    (".fits", ".fit", ".fts", ".fits.gz"),
    begins_with(b"SIMPLE  ="),
    _read,
    _write,
    package="astropy",
    module="astropy.io.fits",
    isolated=True,
    gzipped=True,
)
