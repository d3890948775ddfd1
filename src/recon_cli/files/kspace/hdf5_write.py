"""Writing HDF5, by way of the memory: the library ends its process where a disk is full."""

from __future__ import annotations

import io
from typing import IO, Any

from numpy.typing import NDArray


def write_hdf5(file: IO[bytes], **datasets: NDArray[Any]) -> None:
    """Write arrays as the datasets of a file, by their names."""
    import h5py

    with io.BytesIO() as content:
        with h5py.File(content, "w") as written:
            for name, array in datasets.items():
                written[name] = array
        file.write(content.getbuffer())
