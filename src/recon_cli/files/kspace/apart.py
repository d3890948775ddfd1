"""Reading HDF5 in a process of its own, since the library ends or hangs its process on some damaged files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Literal

import numpy as np
from numpy.lib import format as npy

from ...children import ask, requests, start_child
from ...errors import ReconError
from ..limits import check_size, get_limit, set_limit
from ..numpy_arrays import read_array
from .hdf5_readers import Content, kspace, matlab, numbers

_READERS: dict[str, Callable[..., Content]] = {"kspace": kspace, "matlab": matlab, "numbers": numbers}
_SECONDS, _BYTES_A_SECOND = 4, 2**22
"""Processor time for a file: so much, and a second for so many bytes."""
_MEMORY, _BYTES_A_VALUE = 2**28, 32
"""What may be taken: so much, and so many bytes a value that a file may declare."""
_LONGEST = 2**20


def read_apart(reader: Literal["kspace", "matlab", "numbers"], path: Path, *words: str) -> Content:
    """Call a function of `hdf5_readers` in another process, whose memory and time are limited.

    Args:
        reader: its name.
        path: of the file.
        words: its other arguments.

    Raises:
        ReconError: what the function raises; and when the process was ended, as damaged files may do.
    """
    with start_child(__name__, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            ask(process, (reader, path, words, get_limit()))
            return _receive(process.stdout, path)
        except (ValueError, BrokenPipeError) as error:  # it broke off
            raise ReconError(
                f"{path} is damaged or not supported, or unpacks to more than may be read: its reader "
                f"ended with code {process.wait()}"
            ) from error
        finally:
            process.kill()


def main() -> None:
    """Do what a request asks for, and send what comes of it to standard output."""
    reader, path, words, limit = next(requests())
    set_limit(limit)
    _limit_resources(path, limit)
    output = sys.stdout.buffer
    try:
        content = _READERS[reader](path, *words)
    except ReconError as error:
        output.write(json.dumps({"error": str(error), "code": error.exit_code}).encode() + b"\n")
        return
    arrays = {name: np.asanyarray(array) for name, array in content.arrays.items()}
    output.write(json.dumps({"facts": content.facts, "arrays": list(arrays)}).encode() + b"\n")
    for array in arrays.values():
        npy.write_array(output, array, allow_pickle=False)
    output.flush()


def _receive(pipe: IO[bytes], path: Path) -> Content:
    said = json.loads(pipe.readline(_LONGEST))
    if "error" in said:
        raise ReconError(said["error"], said["code"])
    arrays = {
        name: read_array(pipe, lambda shape, dtype: check_size(path, shape, dtype.itemsize))
        for name in said["arrays"]
    }
    return Content(arrays, said["facts"])


def _limit_resources(path: Path, limit: int) -> None:
    """Limit the memory and the processor time of this process, where the system can."""
    try:
        import resource
    except ImportError:  # on Windows
        return
    seconds = _SECONDS + path.stat().st_size // _BYTES_A_SECOND
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    statistics = Path("/proc/self/statm")
    if statistics.exists():
        used = int(statistics.read_text().split()[0]) * resource.getpagesize()
        most = used + _MEMORY + _BYTES_A_VALUE * limit
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    main()
