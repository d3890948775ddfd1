"""K-space into the formats of other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..atomic import write_atomically
from .cfl import to_cfl, write_cfl
from .hdf5 import write_hdf5

KSPACE_SUFFIXES = (".npy", ".npz", ".cfl", ".h5")


def write_kspace(
    path: Path,
    samples: NDArray[np.complex64],
    mask: NDArray[np.bool_] | None = None,
    maps: NDArray[np.complex64] | None = None,
) -> None:
    """Write k-space in the format of the path's suffix, whole or not at all.

    `.npy` and `.cfl` hold the samples alone, `.npz` samples, mask and maps, `.h5` samples and mask in the
    fastMRI layout. A single frame or coil loses its axis where the readers put it back.

    Args:
        path: ending in one of KSPACE_SUFFIXES.
        samples: `(frames, coils, height, width)`, complex64.
        mask: `(height, width)`.
        maps: `(coils, height, width)`, complex64.

    Raises:
        ReconError: when the suffix is unknown or the place cannot be written.
    """
    check_kspace_suffix(path)
    suffix = path.suffix.lower()
    if suffix == ".npy":
        write_atomically(path, lambda file: np.save(file, _short(samples), allow_pickle=False))
    elif suffix == ".npz":
        arrays = {"kspace": _short(samples), "mask": mask, "maps": maps}
        present: dict[str, Any] = {name: array for name, array in arrays.items() if array is not None}
        write_atomically(path, lambda file: np.savez(file, **present))
    elif suffix == ".cfl":
        write_cfl(path, to_cfl(samples, (len(samples),)))
    else:
        datasets: dict[str, NDArray[Any]] = {"kspace": samples if samples.shape[1] > 1 else samples[:, 0]}
        if mask is not None:
            datasets["mask"] = mask[0] if (mask == mask[0]).all() else mask
        write_atomically(path, lambda file: write_hdf5(file, **datasets))


def check_kspace_suffix(path: Path) -> None:
    """Raise a ReconError when no format of k-space belongs to the suffix."""
    if path.suffix.lower() not in KSPACE_SUFFIXES:
        raise ReconError(f"cannot write {path}: its name has to end in {', '.join(KSPACE_SUFFIXES)}", 2)


def _short(samples: NDArray[np.complex64]) -> NDArray[np.complex64]:
    if len(samples) > 1:
        return samples
    return samples[0] if samples.shape[1] > 1 else samples[0, 0]
