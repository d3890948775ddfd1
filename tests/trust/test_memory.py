"""What reading takes is measured, for every reader, with the most that the limit lets a file declare."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import scipy.io
import tifffile
from PIL import Image as Pillow

from recon_cli.errors import ReconError
from recon_cli.files.images import read_pictures
from recon_cli.files.images.values import choose_span, to_planes
from recon_cli.files.limits import MOST_VALUES, set_limit

from ..child_memory import memory_taken
from .seeds import MATLAB_73, buffered, hdf5, npy, npz, seeds, tiff
from .seeds import picture as image_file
from .targets import TARGETS

_SIDE = 2**11
_LIMIT = _SIDE**2
_NOISE = 2**20
"""Bytes by which two measurements of the same differ."""
_BYTES_A_VALUE, _ROOM = 32, 2**25
"""What the reading of a file may take in all, beside what its process takes without one."""
_COMPLEX = np.ones((1, _SIDE, _SIDE), np.complex64)
_DOUBLE = np.full((_SIDE, _SIDE), 0.5)
_BLACK = np.zeros((_SIDE, _SIDE), np.uint8)
_GREY: dict[str, object] = {"photometric": "minisblack", "metadata": None}
_FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "png": ("png", lambda: image_file(np.zeros((_SIDE, _SIDE // 4, 4), np.uint8), "png")),
    "png of 16 bits": ("png", lambda: image_file(np.zeros((_SIDE, _SIDE), np.uint16), "png")),
    "jpeg": ("jpeg", lambda: image_file(_BLACK, "jpeg")),
    "progressive": ("jpeg", lambda: image_file(_BLACK, "jpeg", progressive=True)),
    "npy": ("npy", lambda: npy(_DOUBLE)),
    "npz": ("npz", lambda: npz(image=_DOUBLE)),
    "tiff": ("tiff", lambda: tiff(_DOUBLE, compression="zlib", **_GREY)),
    "tiff of one strip": ("tiff", lambda: tiff(_DOUBLE, compression="lzma", rowsperstrip=_SIDE, **_GREY)),
    "tiff of pages": ("tiff", lambda: tiff(np.zeros((_LIMIT // 2**12, 64, 64), np.uint8), **_GREY)),
    "tiff of tags": ("tiff", lambda: tiff(np.zeros((16, 16), np.uint8), extratags=[_tag()], **_GREY)),
    "tiff of series": ("tiff", lambda: buffered(_series)),
    "tiff of notes": ("tiff", lambda: image_file(_BLACK[:16, :16], "tiff", exif=_notes())),
    "kspace npy": ("kspace npy", lambda: npy(_COMPLEX)),
    "kspace npz": ("kspace npz", lambda: npz(kspace=_COMPLEX)),
    "kspace mat5": ("kspace mat5", lambda: _mat(_COMPLEX[0].astype(complex)[: _SIDE // 2])),
    "kspace mat73": ("kspace mat73", lambda: hdf5({"kspace": _COMPLEX}, MATLAB_73, compression="gzip")),
    "kspace fastmri": ("kspace fastmri", lambda: hdf5({"kspace": _COMPLEX}, compression="gzip")),
    "mask": ("mask", lambda: npz(mask=_DOUBLE)),
    "maps": ("maps", lambda: npz(maps=_COMPLEX)),
    "reference": ("reference", lambda: hdf5({"reconstruction": _DOUBLE[None]}, compression="gzip")),
}  # fmt: skip


def _tag() -> tuple[int, str, int, tuple[int, ...], bool]:
    values = tuple(range(2**16 - 1))
    return 65000, "H", len(values), values, True


def _series(file: io.BytesIO) -> None:
    """Write as many values as the limit allows, in images that differ."""
    with tifffile.TiffWriter(file) as writer:
        for rows in (_SIDE // 2, _SIDE // 4, _SIDE // 4 - 2):
            writer.write(_DOUBLE[:rows], compression="zlib", **_GREY)


def _notes() -> bytes:
    """Return EXIF data with nearly as many bytes as the limit allows."""
    data = Pillow.Exif()
    data.get_ifd(0x8769)[37500] = bytes(_LIMIT - 2**13)
    return data.tobytes()


def _mat(array: np.ndarray) -> bytes:
    return buffered(lambda file: scipy.io.savemat(file, {"kspace": array}, do_compression=True))


@pytest.fixture(autouse=True)
def _limit() -> Iterator[None]:
    set_limit(_LIMIT)
    yield
    set_limit(MOST_VALUES)


def _read(reader: str, path: Path) -> None:
    if TARGETS[reader].read is TARGETS["png"].read:  # which also writes the image again
        for picture in read_pictures(path):
            to_planes(picture, choose_span(picture))
    else:
        TARGETS[reader].read(path)


@pytest.mark.parametrize("name", _FILES)
def test_the_largest_file_takes_what_the_limit_allows(tmp_path: Path, name: str) -> None:
    reader, make = _FILES[name]
    small, large = (tmp_path / f"{size}{TARGETS[reader].suffix}" for size in ("small", "large"))
    small.write_bytes(seeds()[reader][1 if reader == "reference" else -1])
    large.write_bytes(make())
    taken = memory_taken(lambda: _read(reader, small), lambda: _read(reader, large))
    assert -_NOISE < taken <= _BYTES_A_VALUE * _LIMIT + _ROOM, taken / _LIMIT


@pytest.mark.slow
def test_twice_as_much_is_refused(tmp_path: Path) -> None:
    set_limit(_LIMIT // 2 - 1)
    for name in ("npz", "tiff", "tiff of pages", "kspace npy", "kspace mat5", "kspace mat73", "reference"):
        reader, make = _FILES[name]
        place = tmp_path / f"in{TARGETS[reader].suffix}"
        place.write_bytes(make())
        with pytest.raises(ReconError, match=r"declares .* values; at most"):
            TARGETS[reader].read(place)
