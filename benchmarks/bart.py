"""BART's reconstructions, where it is installed (Debian: `apt-get install bart`)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.complex64]
WAVELET, VARIATION = "-l1 -r{weight:g}", "-RT:3:0:{weight:g} -i100 -u0.1"
"""Options of `pics`: its own stop for wavelets, where TV needs more iterations than its own."""


def available() -> bool:
    """Return whether BART can be called."""
    return shutil.which("bart") is not None


def bart(command: str, *arrays: NDArray[Any]) -> Array:
    """Call a tool of BART.

    Args:
        command: the tool and its options.
        arrays: inputs, first axis first.

    Returns:
        The output, its axes of length one at the end dropped.
    """
    with tempfile.TemporaryDirectory() as folder:
        names = [str(Path(folder) / f"in{index}") for index in range(len(arrays))]
        for name, array in zip(names, arrays, strict=True):
            _write(name, array)
        out = str(Path(folder) / "out")
        environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        subprocess.run(
            ["bart", *command.split(), *names, out], check=True, capture_output=True, env=environment
        )
        return _read(out)


def maps_of(samples: Array) -> Array:
    """Return coil maps of `(coils, height, width)` by `ecalib`."""
    return np.ascontiguousarray(np.moveaxis(bart("ecalib -m1", _axes(samples)).squeeze(2), -1, 0))


def pics(options: str, samples: Array, maps: Array | None) -> Array:
    """Return the image of `(coils, height, width)` by `pics`, in units of the samples.

    Args:
        options: of `pics`.
        samples: zero where nothing was sampled.
        maps: coil maps, or None with one coil.
    """
    coils = np.ones_like(samples) if maps is None else maps
    return bart(f"pics -S {options}", _axes(samples), _axes(coils)).reshape(samples.shape[1:])


def _axes(array: Array) -> Array:
    return np.moveaxis(array, 0, -1)[:, :, None]


def _write(name: str, array: NDArray[Any]) -> None:
    Path(f"{name}.hdr").write_text("# Dimensions\n" + " ".join(map(str, array.shape)) + "\n")
    np.asarray(array, np.complex64).ravel("F").tofile(f"{name}.cfl")


def _read(name: str) -> Array:
    shape = [int(length) for length in Path(f"{name}.hdr").read_text().split("\n")[1].split()]
    while len(shape) > 1 and shape[-1] == 1:
        shape.pop()
    return np.fromfile(f"{name}.cfl", np.complex64).reshape(shape, order="F")
