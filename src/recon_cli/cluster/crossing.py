"""How work crosses to other machines: as bytes, in which what many tasks share is only named."""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from typing import Any


def pack(value: object, shared: Mapping[int, tuple[str, object]]) -> tuple[bytes, list[str]]:
    """Return a value as bytes.

    Args:
        value: of any type that can be pickled.
        shared: names of objects that are sent by themselves, and these, by their `id`.

    Returns:
        The bytes, and the names that stand in them.
    """
    file, named = io.BytesIO(), dict[str, None]()

    class Naming(pickle.Pickler):
        def persistent_id(self, found: object) -> str | None:
            name, _ = shared.get(id(found), (None, None))
            if name is not None:
                named[name] = None
            return name

    Naming(file, pickle.HIGHEST_PROTOCOL).dump(value)
    return file.getvalue(), list(named)


def unpack(content: bytes, shared: Mapping[str, Any]) -> Any:
    """Return a value that `pack` made bytes of.

    Args:
        content: the bytes.
        shared: the objects that it names.
    """

    class Named(pickle.Unpickler):
        def persistent_load(self, name: str) -> Any:
            return shared[name]

    return Named(io.BytesIO(content)).load()
