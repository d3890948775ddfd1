"""The error of an MRI reconstruction, estimated from its samples alone: Stein's estimate and hold-out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..mri.noise import frequencies, noise_level

Mask = NDArray[np.bool_]
Samples = NDArray[np.complexfloating[Any, Any]]
_SHARE = 0.1
"""Part of the samples that is kept out."""
_CENTRE = 1 / 16
"""Frequencies up to this, in cycles a pixel, are never kept out."""
_RINGS = 32
"""Rings of frequencies in a cycle a pixel."""
_STEP = 0.5
"""Length of Stein's finite difference, in standard deviations of the noise."""


@dataclass(frozen=True)
class HoldOut:
    """What is kept out of an acquisition, and what its prediction says of all frequencies.

    The squared error of an image is a sum over frequencies. Where k-space was sampled, Stein's unbiased
    estimate gives it (Ramani, Blu and Unser, IEEE Trans. Image Process. 17, 2008; Eldar, IEEE Trans.
    Signal Process. 57, 2009); where it was not, samples of like frequency that were kept out stand for
    the missing ones.

    Attributes:
        used: `(height, width)`, what is reconstructed from.
        weights: `(height, width)`, how many unsampled frequencies each sample that was kept out stands for;
            zero elsewhere.
        share: number of samples over that of used ones.
        sigma: standard deviation of the complex noise, both parts together, in the units of the samples.
        shift: `(coils, height, width)`, the perturbation of the samples for Stein's estimate.
    """

    used: Mask
    weights: NDArray[np.float64]
    share: float
    sigma: float
    shift: NDArray[np.complex64]

    def risk(self, predicted: Samples, shifted: Samples, samples: Samples) -> float:
        """Estimate the mean squared error, by coil and frequency.

        Args:
            predicted: `(coils, height, width)`, k-space of the image from the used samples.
            shifted: the same, from the used samples plus `shift`.
            samples: what was measured.
        """
        residual = np.abs(predicted - samples) ** 2
        known = np.broadcast_to(self.used, residual.shape)
        variance = self.sigma**2
        step = self.shift.astype(np.complex128)
        divergence = (step.conj() * (shifted - predicted)).real[known].sum() / (np.abs(step) ** 2).mean()
        inside = residual[known].sum() - variance * known.sum() + 2 * variance * divergence
        outside = ((residual - variance) * self.weights).sum()
        return float(self.share * inside + outside) / residual.size


def plan_holdout(samples: Samples, mask: Mask, centred: bool, sigma: float | None, seed: int) -> HoldOut:
    """Choose what is kept out, and what it stands for.

    Args:
        samples: `(coils, height, width)`.
        mask: `(height, width)`, what was sampled.
        centred: whether the origin is in the middle, or at `(0, 0)`.
        sigma: standard deviation of the complex noise; None to take it from the highest frequencies.
        seed: of the choice.

    Raises:
        ReconError: when nothing but low frequencies was sampled.
    """
    held = held_out(mask, centred, seed)
    radius = frequencies(mask.shape, centred)
    used = mask & ~held
    weights = _weights(held, ~mask, radius)
    if sigma is None:
        sigma = noise_level(samples, mask, radius)
    length = max(_STEP * sigma, 1e-3 * float(np.abs(samples[:, mask]).max()))
    phases = np.random.default_rng((seed, 1)).random(samples.shape)
    shift = (length * np.exp(2j * np.pi * phases)).astype(np.complex64)
    return HoldOut(used, weights, float(mask.sum() / used.sum()), sigma, shift)


def held_out(mask: Mask, centred: bool, seed: int) -> Mask:
    """Choose a tenth of the samples at random, none of low frequency, mirrored ones together.

    The samples at `k` and `-k` of a real image say the same, so one would give the other away.

    Args:
        mask: `(height, width)`, what was sampled.
        centred: whether the origin is in the middle, or at `(0, 0)`.
        seed: of the choice.

    Returns:
        `(height, width)`, a part of the mask.

    Raises:
        ReconError: when nothing but low frequencies was sampled.
    """
    origin = np.fft.ifftshift(mask) if centred else mask
    rows, cols = (np.fft.fftfreq(length) for length in mask.shape)
    far = (np.abs(rows)[:, None] > _CENTRE) | (np.abs(cols) > _CENTRE)
    score = np.random.default_rng(seed).random(mask.shape)
    score = np.minimum(score, _mirrored(score))
    candidates = origin & far
    if not candidates.any():
        raise ReconError("nothing but low frequencies is sampled, so that nothing can be held out", 2)
    wanted = min(_SHARE * float(origin.sum()) / float(candidates.sum()), 0.5)
    held = candidates & (score <= np.quantile(score[candidates], wanted))
    return np.fft.fftshift(held) if centred else held


def _weights(held: Mask, missing: Mask, radius: NDArray[np.float64]) -> NDArray[np.float64]:
    rings = (radius * _RINGS).astype(int)
    count = int(rings.max()) + 1
    kept_out = np.bincount(rings[held], minlength=count)
    filled = np.flatnonzero(kept_out)
    nearest = filled[np.abs(filled[:, None] - np.arange(count)).argmin(0)]
    stands_for = np.bincount(nearest[rings[missing]], minlength=count)
    return np.where(held, (stands_for / np.maximum(kept_out, 1))[rings], 0.0)


def _mirrored(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array at the negative frequencies, the origin at `(0, 0)`."""
    return np.roll(array[::-1, ::-1], 1, (0, 1))
