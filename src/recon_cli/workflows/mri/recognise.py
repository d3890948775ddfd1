"""What is not k-space, by how its energy lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError

_ENERGY, _COMPACT = 0.5, 10
"""Part of the energy, and how many times fewer samples of an image's Fourier transform hold it."""
_READOUT, _ALIKE = 0.5, 0.25
"""Share of a readout's energy near its own middle; and the spread of readouts' energies, in their logarithms,
below which they are all through the centre of k-space."""
_NEAR = 8
"""Part of a readout that is near its middle."""


def check_kspace(samples: NDArray[np.complex64]) -> None:
    """Raise a ReconError for coil images, and for radial or spiral readouts laid out as a matrix.

    The energy of k-space lies in few samples around the origin, that of an image is spread over the object;
    readouts through the origin hold about the same energy each, where rows of a Cartesian grid differ much.

    Args:
        samples: `(coils, height, width)`, zero where nothing was sampled.
    """
    energy = (np.abs(samples.astype(np.complex128)) ** 2).sum(0)
    sampled = energy[energy > 0]
    falling = np.sort(sampled)[::-1]
    held = np.searchsorted(np.cumsum(falling), _ENERGY * falling.sum()) / energy.size
    other = np.fft.fft2(samples.astype(np.complex128), norm="ortho")
    turned = np.sort((np.abs(other) ** 2).sum(0).ravel())[::-1]
    as_image = np.searchsorted(np.cumsum(turned), _ENERGY * turned.sum()) / turned.size
    if as_image < held / _COMPACT:
        raise ReconError(
            "the array looks like coil images, not k-space: its Fourier transform is what has the energy in "
            "few samples; give the Fourier transform of the images"
        )
    for axis, name in ((0, "row"), (1, "column")):
        lines = energy.sum(1 - axis)
        lines = lines[lines > 0]
        width = energy.shape[1 - axis]
        centre = slice(width // 2 - width // (2 * _NEAR), width // 2 + width // (2 * _NEAR) + 1)
        near = np.take(energy, range(*centre.indices(width)), 1 - axis).sum() / energy.sum()
        if len(lines) >= _NEAR and near > _READOUT and float(np.log(lines).std()) < _ALIKE:
            raise ReconError(
                f"every {name} of the array holds about the same energy, as readouts through the centre of "
                "k-space do (radial or spiral); only a Cartesian grid can be read, so grid them first"
            )
