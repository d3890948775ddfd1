"""Reading in a process of its own, for libraries that end, hang or fill theirs on some damaged files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
from numpy.lib import format as npy

from ..children import ask, requests, start_child
from ..errors import ReconError
from .content import Content
from .images.field.zarr_parts import region, survey, volume
from .images.isolated import picture, prepare
from .kspace.hdf5_readers import kspace, matlab, numbers
from .limits import check_size, get_limit, set_limit
from .numpy_arrays import read_array
from .process_limits import limit_process, limits_of_user, out_of_memory, size_of, why_it_ended

_READERS: dict[str, Callable[..., Content]] = {
    "kspace": kspace, "matlab": matlab, "numbers": numbers, "picture": picture,
    "volume": volume, "region": region, "survey": survey,
}  # fmt: skip
_OF_PARTS, _A_VALUE = ("volume", "region", "survey"), 8
"""Readers of parts of a folder, which may hold any number; bytes of a value that may be read at once."""
_LONGEST = 2**20
_STARVED = re.compile("alloc|memory", re.IGNORECASE)
"""What the library says when it gets no more memory."""
_PLAIN = {"HDF5_PLUGIN_PRELOAD": "::", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""The library loads no code of filters that a file asks for; one thread takes less memory than many."""


def read_in_process(
    reader: Literal["kspace", "matlab", "numbers", "picture", "volume", "region", "survey"],
    path: Path,
    *words: str,
    given: bytes | None = None,
) -> Content:
    """Call a reader in another process, whose memory and time are limited.

    Args:
        reader: its name.
        path: of the file; a name for messages where there is none.
        words: its other arguments.
        given: the content, where there is no file.

    Raises:
        ReconError: what the function raises; and when the process was ended, as damaged files may do, or had
            too little memory or time.
    """
    lower = limits_of_user()  # for a process that does not come as far as to say which ones are low
    environment = {**os.environ, **_PLAIN}
    with start_child(__name__, stderr=subprocess.DEVNULL, env=environment) as process:
        assert process.stdout is not None
        try:
            ask(process, (reader, path, words, get_limit(), given))
            lower = json.loads(process.stdout.readline(_LONGEST))
            return _receive(process.stdout, path)
        except (ValueError, BrokenPipeError) as error:  # it broke off
            raise why_it_ended(path, process.wait(), lower) from error
        except MemoryError as error:
            raise out_of_memory(path, lower) from error
        finally:
            process.kill()


def main() -> None:
    """Do what a request asks for, and send what comes of it to standard output."""
    reader, path, words, limit, given = next(requests())
    set_limit(limit)
    if reader in _OF_PARTS:
        prepare("zarr")
        size = _A_VALUE * limit
    else:
        if reader == "picture":
            prepare(words[0])
        size = size_of(path) if given is None else len(given)
    _say(limit_process(size, limit))
    try:
        content = _READERS[reader](path, *words) if given is None else _READERS[reader](path, *words, given)
    except (ReconError, MemoryError) as error:
        cause = error if isinstance(error, MemoryError) else error.__cause__
        starved = isinstance(cause, MemoryError) or bool(cause and _STARVED.search(str(cause)))
        _say({"error": str(error), "code": getattr(error, "exit_code", 1), "starved": starved})
        return
    arrays = {name: np.asanyarray(array) for name, array in content.arrays.items()}
    _say({"facts": content.facts, "arrays": list(arrays)})
    for array in arrays.values():
        npy.write_array(sys.stdout.buffer, array, allow_pickle=False)
    sys.stdout.buffer.flush()


def _say(facts: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n")
    sys.stdout.buffer.flush()


def _receive(pipe: IO[bytes], path: Path) -> Content:
    said = json.loads(pipe.readline(_LONGEST))
    if said.get("starved"):
        raise MemoryError
    if "error" in said:
        raise ReconError(said["error"], said["code"])
    arrays = {
        name: read_array(pipe, lambda shape, dtype: check_size(path, shape, dtype.itemsize))
        for name in said["arrays"]
    }
    return Content(arrays, said["facts"])


if __name__ == "__main__":
    main()
