"""HDF5 files, without a step outside of the file; written by way of the memory.

The library ends its process where a disk is full.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..decoding import decoding
from ..limits import check_size
from .checks import NUMBERS

_MOST_PACKED, _FILLED = 2**11, 2**16
"""Of how many bytes one can hold the content, deflate's 1032 and some; and how many may be made up."""
_CUT = re.compile(r"truncated file: eof = (\d+).* stored_eof = (\d+)")
"""What the library says of a file that ends too early."""
_PAIRS = tuple(np.dtype([("real", number), ("imag", number)]) for number in ("<f4", "<f8", ">f4", ">f8"))


@contextmanager
def open_hdf5(path: Path) -> Iterator[Any]:
    """Open a file for reading; yields an `h5py.File`.

    Raises:
        ReconError: when the file, or what is read while it is open, is damaged or cut short.
    """
    import h5py

    with decoding(path):
        try:
            file = h5py.File(path, "r")
        except OSError as error:
            if cut := _CUT.search(str(error)):
                raise ReconError(
                    f"{path} is cut short: it holds {cut[1]} of {cut[2]} bytes; copy it again"
                ) from error
            raise
        with file:
            yield file


def member(path: Path, group: Any, name: str) -> Any:
    """Return a member of a group, or None when there is none of that name.

    Raises:
        ReconError: when it is a link or keeps its data in another file.
    """
    import h5py

    link = group.get(name, getlink=True)
    if link is None:
        return None
    if not isinstance(link, h5py.HardLink):
        raise ReconError(
            f"{path} has a link in place of {name}, which is not followed; store the data itself"
        )
    found = group[name]
    if isinstance(found, h5py.Dataset) and (found.is_virtual or found.external):
        raise ReconError(f"{path} keeps {name} in another file, which is not read; store the data itself")
    return found


def is_numeric(dataset: Any) -> bool:
    """Say whether a member is a dataset of numbers, complex ones among them."""
    dtype = getattr(dataset, "dtype", None)
    return dtype is not None and (dtype in _PAIRS or (dtype.kind in NUMBERS and dtype.itemsize <= 16))


def is_sound(dtype: np.dtype[Any]) -> bool:
    """Say whether the members of a record do not overlap; h5py breaks on those of damaged files that do."""
    members = [dtype[name] for name in dtype.names or ()]
    return sum(part.itemsize for part in members) <= dtype.itemsize and all(map(is_sound, members))


def read_numbers(path: Path, dataset: Any) -> NDArray[Any]:
    """Read a dataset of numbers; pairs called `real` and `imag` become complex64.

    Raises:
        ReconError: when it holds something else, nothing or too much.
    """
    if not is_numeric(dataset) or dataset.shape is None:
        raise ReconError(f"{path} holds no numbers in {dataset.name}")
    check_size(path, dataset.shape, dataset.dtype.itemsize)
    check_size(path, dataset.chunks or (), dataset.dtype.itemsize)
    check_stored(path, dataset)
    values = dataset[()]
    if values.dtype.names is None:
        return np.asarray(values)
    joined = np.empty(values.shape, np.complex64)
    with np.errstate(over="ignore"):
        joined.real, joined.imag = values["real"], values["imag"]
    return joined


def check_stored(path: Path, dataset: Any) -> None:
    """Raise a ReconError when a dataset declares far more than the file holds, as one that was never written.

    Args:
        path: of the file.
        dataset: of any type.
    """
    stored = dataset.id.get_storage_size()
    if math.prod(dataset.shape) * dataset.dtype.itemsize > _MOST_PACKED * stored + _FILLED:
        raise ReconError(
            f"{path} declares {dataset.shape} values in {dataset.name} and holds {stored} bytes of them; "
            "they were never written"
        )


def write_hdf5(file: IO[bytes], **datasets: NDArray[Any]) -> None:
    """Write arrays as the datasets of a file, by their names."""
    import h5py

    with io.BytesIO() as content:
        with h5py.File(content, "w") as written:
            for name, array in datasets.items():
                written[name] = array
        file.write(content.getbuffer())
