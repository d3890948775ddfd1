"""JPEG inside TIFF, whose strips and tiles declare sizes of their own."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import IO, Any

from ...errors import ReconError
from ..limits import check_size
from .jpeg_markers import look_at_markers


def check_jpegs(file: IO[bytes], pages: Iterable[Any], name: str) -> None:
    """Raise a ReconError when the strips and tiles would unpack to more than may be read.

    Args:
        file: the TIFF.
        pages: of tifffile.
        name: of the file.
    """
    values = 0
    for page in pages:
        for offset, length in zip(page.dataoffsets, page.databytecounts, strict=False):
            if not length:
                continue
            file.seek(offset)
            declared = look_at_markers(file.read(length), name)
            if not declared.whole:
                raise ReconError(f"{name} is damaged: a part of it is no whole JPEG")
            values += math.prod(declared[:3])
            check_size(name, (values,))
