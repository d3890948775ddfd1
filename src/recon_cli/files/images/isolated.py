"""Pictures that a process of its own reads and sends: values as arrays, the rest as plain facts."""

from __future__ import annotations

import importlib
import io
import json
from gzip import GzipFile
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import numpy as np

from ..beginning import ClampedReader
from ..content import Content
from ..decoding import decoding
from .formats import BY_NAME
from .picture import Native, Picture

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_FACTS = ("axes", "colour", "copied", "dpi", "nodata", "voxel", "channel_names")


class Stream(io.BufferedIOBase):
    """A file for libraries that ask a file of the system for its name and number: it is none."""

    def __init__(self, path: Path) -> None:
        """Open the file."""
        self._file = ClampedReader(path)

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes."""
        return self._file.read(size)

    def readinto(self, room: WriteableBuffer, /) -> int:
        """Fill room with the next bytes."""
        return self._file.readinto(room)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to another place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()


def prepare(format_name: str) -> None:
    """Import what reads a format, before memory and time are counted."""
    module = BY_NAME[format_name].module or BY_NAME[format_name].package
    if module:
        importlib.import_module(module)


def picture(path: Path, format_name: str, name: str, given: bytes | None = None) -> Content:
    """Read a picture, see `received`.

    Args:
        path: of the file.
        format_name: its format.
        name: for messages.
        given: its content, where there is no file.

    Raises:
        ReconError: when it is damaged, too large or of a kind that is not read.
    """
    known = BY_NAME[format_name]
    with decoding(name):
        if known.folder:
            found = known.read(path, name)
        else:
            with Stream(path) if given is None else io.BytesIO(given) as file:
                packed = file.read(2) == b"\x1f\x8b"
                file.seek(0)
                found = known.read(cast("IO[bytes]", GzipFile(fileobj=file)) if packed else file, name)
    native = found.native or Native()
    parts = {f"part {key}": np.frombuffer(part, np.uint8) for key, part in native.parts.items()}
    facts = {key: getattr(found, key) for key in _FACTS}
    text = json.dumps(facts | {"native": native.facts}).encode()
    return Content({"array": found.array, "facts": np.frombuffer(text, np.uint8), **parts})


def received(content: Content, format_name: str, name: str) -> Picture:
    """Return the picture that another process has read."""
    arrays = dict(content.arrays)
    facts = json.loads(arrays.pop("facts").tobytes())
    array, native = arrays.pop("array"), Native(facts.pop("native"))
    native.parts.update({key.removeprefix("part "): part.tobytes() for key, part in arrays.items()})
    facts["channel_names"] = tuple(facts["channel_names"])
    facts["dpi"] = facts["dpi"] and tuple(facts["dpi"])
    return Picture(name, format_name, array, native=native, **facts)
