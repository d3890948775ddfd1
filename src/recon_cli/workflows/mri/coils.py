"""Coil sensitivities, as SENSE needs them."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.operators.fourier import Origin
from ...errors import ReconError
from .espirit import espirit

COMPLETE = 24
"""Side of the square in the middle of k-space that the calibration looks at, where it is sampled."""
_LEAST = 6
_CROP = 0.8
"""Eigenvalue below which a pixel counts as outside of the object; that of BART."""
_FOLDED = 0.04
"""Share of the energy in pixels with two sets of maps from which on the object counts as folded. Measured
where it fits: 0 to 0.012 for heads, up to 0.034 for phantoms that reach the borders, rarely more."""


def estimate_maps(samples: NDArray[np.complex64], fft: Origin) -> NDArray[np.complex64]:
    """Estimate maps by ESPIRiT, see `espirit`.

    Args:
        samples: `(coils, height, width)`, zero where nothing was sampled; their centre is used.
        fft: where image and k-space have their origin.

    Returns:
        `(coils, height, width)`, or `(2, coils, height, width)` where the field of view is too small for the
        object; squared magnitudes sum to 1 inside the object, and are 0 outside.

    Raises:
        ReconError: when too little of the centre is sampled, or no maps suit it.
    """
    plane = (1, 2)
    if fft == "uncentered":
        samples = np.fft.fftshift(samples, plane)
    side = calibration_side(np.any(samples != 0, 0))
    if side < _LEAST:
        raise ReconError(
            f"only the middle {side} x {side} samples of k-space are complete, too few to estimate maps; "
            "give them with --maps FILE"
        )
    height, width = samples.shape[1:]
    top, left = height // 2 - side // 2, width // 2 - side // 2
    square = np.asarray(samples[:, top : top + side, left : left + side], np.complex64)
    found, values = espirit(torch.from_numpy(square / np.abs(square).max()), (height, width))
    inside = values.numpy() > _CROP
    maps = np.where(inside[:, None], found.numpy(), 0)
    if not _is_folded(square, inside[1]):
        maps = maps[0]
    if not maps.any():
        raise ReconError(
            f"ESPIRiT found no coil maps in the middle {side} x {side} samples of k-space; "
            "give them with --maps FILE"
        )
    if fft != "centered":
        maps = np.fft.ifftshift(maps, (-2, -1))
    return np.ascontiguousarray(maps, np.complex64)


def _is_folded(square: NDArray[np.complex64], doubled: NDArray[np.bool_]) -> bool:
    """Return whether pixels with two sets of maps hold more than a little of the low frequencies' energy."""
    images = np.fft.fftshift(np.fft.ifft2(square, doubled.shape), (1, 2))  # turned by a phase alone
    power = (np.abs(images) ** 2).sum(0)
    return bool(power[doubled].sum() > _FOLDED * power.sum())


def limit_maps(maps: NDArray[np.complex64]) -> tuple[NDArray[np.complex64], float]:
    """Divide maps by one number so that squared magnitudes of a set sum to at most 1 at every pixel.

    Returns:
        The maps and the number.

    Raises:
        ReconError: when they are zero everywhere.
    """
    largest = float(np.sqrt((np.abs(maps.astype(np.complex128)) ** 2).sum(-3).max()))
    if largest == 0:
        raise ReconError("the coil maps are zero everywhere")
    return (maps / largest).astype(np.complex64), largest


def compressed(
    samples: NDArray[np.complex64],
    maps: NDArray[np.complex64],
    mask: NDArray[np.bool_],
    noise: float,
    most: int | None = None,
) -> tuple[NDArray[np.complex64], NDArray[np.complex64]]:
    """Return fewer coils, without the combinations that hold noise alone (Buehrer et al., 2007).

    Args:
        samples: `(coils, height, width)`, of coils with white noise.
        maps: of the same shape, or several sets of them.
        mask: `(height, width)`, what was sampled.
        noise: standard deviation of the complex noise.
        most: how many combinations are kept at most, those that see most; None for all.
    """
    seen = samples[:, mask].astype(np.complex128)
    values, vectors = np.linalg.eigh(seen @ seen.conj().T / seen.shape[1])
    # what random numbers reach by chance
    kept = values > noise**2 * (1 + math.sqrt(len(samples) / seen.shape[1])) ** 2
    kept[-1] = True
    if most is not None:
        kept[:-most] = False
    turn = vectors[:, kept][:, ::-1].conj().T
    fewer = (np.einsum("ij,...jyx->...iyx", turn, coils).astype(np.complex64) for coils in (samples, maps))
    return next(fewer), next(fewer)


def calibration_side(sampled: NDArray[np.bool_]) -> int:
    """Return the side of the largest complete square in the middle, up to 24 samples."""
    height, width = sampled.shape
    side = 0
    for candidate in range(2, min(height, width, COMPLETE) + 1, 2):
        top, left = height // 2 - candidate // 2, width // 2 - candidate // 2
        if not sampled[top : top + candidate, left : left + candidate].all():
            break
        side = candidate
    return side
