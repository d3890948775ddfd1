"""What the XML header of an ISMRMRD file says, as far as it matters here, whoever wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ...errors import ReconError
from .hdf5 import member

_LONGEST = 2**22
_MOST = 2**15
"""Bytes of a header, and samples along an axis of its matrix, at most."""


@dataclass(frozen=True)
class Space:
    """A grid.

    Attributes:
        matrix: how many samples, `(x, y, z)`.
        field: field of view in mm, `(x, y, z)`; zero where it is not known.
    """

    matrix: tuple[int, int, int]
    field: tuple[float, float, float]


@dataclass(frozen=True)
class Encoding:
    """How k-space was encoded.

    Attributes:
        trajectory: its kind, in small letters.
        encoded: the grid of k-space.
        recon: the grid of the images that are wanted.
        centres: the counter at the centre of k-space, of step 1 and of step 2, or 0 where none is named.
        calibration: of parallel imaging, as `embedded` or `separate`, or nothing.
    """

    trajectory: str
    encoded: Space
    recon: Space
    centres: tuple[int, int]
    calibration: str


def read_encodings(path: Path, group: Any) -> list[Encoding]:
    """Return the encodings that the header names.

    Elements that the standard asks for and other programs leave out may be missing: all but the matrix.

    Args:
        path: of the file, for errors.
        group: the open `h5py.Group` with `xml`.

    Raises:
        ReconError: when there is no header, or none that can be read.
    """
    stored = member(path, group, "xml")
    if stored is None:
        raise ReconError(f"{path} has no header, dataset/xml")
    text = stored[()]
    while hasattr(text, "shape") and text.shape:
        text = text[0]
    return encodings_of(str(path), text)


def encodings_of(name: str, text: bytes | str) -> list[Encoding]:
    """Return the encodings of a header, see `read_encodings`."""
    content = text.encode() if isinstance(text, str) else bytes(text)
    content = content.rstrip(b"\0")
    if len(content) > _LONGEST or b"<!" in content.replace(b"<!--", b""):
        raise ReconError(f"the header of {name} is too long or defines entities of its own")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise ReconError(f"{name} is damaged or not supported: its header is no XML ({error})") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    try:
        return [_encoding(element) for element in root.findall("encoding")]
    except (TypeError, ValueError) as error:
        raise ReconError(
            f"the header of {name} names no matrix of the encoded space, or one of more than {_MOST} samples "
            "along an axis"
        ) from error


def _encoding(element: ElementTree.Element) -> Encoding:
    encoded = _space(element.find("encodedSpace"))
    if encoded is None:
        raise ValueError("no encodedSpace")
    steps = (f"encodingLimits/kspace_encoding_step_{step}/center" for step in (1, 2))
    centres = tuple(int(float(element.findtext(step) or 0)) for step in steps)
    calibration = element.findtext("parallelImaging/calibrationMode") or ""
    return Encoding(
        (element.findtext("trajectory") or "cartesian").strip().lower(),
        encoded,
        _space(element.find("reconSpace")) or encoded,
        (centres[0], centres[1]),
        calibration.strip().lower(),
    )


def _space(element: ElementTree.Element | None) -> Space | None:
    if element is None or element.find("matrixSize") is None:
        return None
    matrix = [int(float(element.findtext(f"matrixSize/{axis}") or 1)) for axis in "xyz"]
    field = [float(element.findtext(f"fieldOfView_mm/{axis}") or 0) for axis in "xyz"]
    if not all(0 < length <= _MOST for length in matrix) or not all(0 <= mm < 1e6 for mm in field):
        raise ValueError("no size")
    return Space((matrix[0], matrix[1], matrix[2]), (field[0], field[1], field[2]))
