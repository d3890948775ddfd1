"""What is not k-space, by how its energy lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError

_ENERGY, _COMPACT = 0.5, 10
"""Part of the energy, and how many times fewer samples of an image's Fourier transform hold it."""
_FLOOR = 2.0
"""Times the median energy, below which it counts as noise, which is as strong in an image as in k-space."""
_READOUT, _ALIKE = 0.5, 0.5
"""Share of readouts' energy near their middle or an end; and the spread of their energies, in logarithms,
below which all may measure the origin. Of 700 made Cartesian scans, partial Fourier and shifted echoes
among them, none had both, nearly equal samples there and no empty lines; six pictures' spirals have a spread
of up to 0.41.
"""
_NEAR = 8
"""Part of a readout that is near its middle or an end; and least number of readouts."""
_SAME = 0.5
"""Share of the energy of samples at one place of all readouts that their mean holds, where they measure about
the same: all the origin."""


def check_kspace(samples: NDArray[np.complex64]) -> None:
    """Raise a ReconError for coil images, and for radial or spiral readouts laid out as a matrix.

    The energy of k-space lies in few samples around the origin, that of an image is spread over the object.

    Args:
        samples: `(coils, height, width)`, zero where nothing was sampled.
    """
    _check_readouts(samples)
    exact = samples.astype(np.complex128)
    energies = [(np.abs(plane) ** 2).sum(0) for plane in (exact, np.fft.fft2(exact, norm="ortho"))]
    floor = _FLOOR * min(float(np.median(energy)) for energy in energies)
    held, turned = (_compact(np.maximum(energy - floor, 0)) for energy in energies)
    if turned < held / _COMPACT:
        raise ReconError(
            "the array looks like coil images, not k-space: its Fourier transform is what has the energy in "
            "few samples; give the Fourier transform of the images"
        )


def _compact(energy: NDArray[np.float64]) -> int:
    """Return how many samples hold a good part of the energy."""
    falling = np.sort(energy.ravel())[::-1]
    return int(np.searchsorted(np.cumsum(falling), _ENERGY * falling.sum()))


def _check_readouts(samples: NDArray[np.complex64]) -> None:
    """Raise a ReconError for readouts through the origin, or from or to it, laid out as a matrix.

    They hold about the same energy each, where rows of a Cartesian grid differ much, and most of it where all
    of them measure the origin.
    """
    for axis, name in ((1, "row"), (2, "column")):
        readouts = np.moveaxis(samples, axis, 0).astype(np.complex128)  # (readouts, coils, samples)
        energy = (np.abs(readouts) ** 2).sum(1)
        lines = energy.sum(1)
        width, part = energy.shape[1], energy.shape[1] // (2 * _NEAR)
        # lines that were not sampled are those of a grid
        if len(lines) < _NEAR or not lines.all() or float(np.log(lines).std()) >= _ALIKE:
            continue
        middle = slice(width // 2 - part, width // 2 + part + 1)
        for near in (middle, slice(2 * part + 1), slice(width - 2 * part - 1, width)):
            if energy[:, near].sum() <= _READOUT * energy.sum():
                continue
            origin = readouts[..., near][..., int(energy[:, near].sum(0).argmax())]
            if (np.abs(origin.mean(0)) ** 2).sum() > _SAME * (np.abs(origin) ** 2).sum(1).mean():
                raise ReconError(
                    f"every {name} of the array holds about the same energy, and most of it at one place, as "
                    "readouts through the centre of k-space do (radial or spiral), which lie on no grid: say "
                    "where they lie with --trajectory FILE"
                )
