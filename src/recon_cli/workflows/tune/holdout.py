"""The error of an MRI reconstruction, estimated from its samples alone: Stein's estimate and hold-out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..mri.noise import KSpaceNoise

Mask = NDArray[np.bool_]
Samples = NDArray[np.complexfloating[Any, Any]]
Numbers = NDArray[np.float64]
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
        inside: how many sampled frequencies each used sample stands for, zero elsewhere; `(height, width)`,
            or `(samples,)` of readouts.
        outside: how many unsampled ones each sample that was kept out stands for, likewise.
        size: places of the grid.
        variances: of the coils' complex noise, both parts together, `(coils,)`, in the units of the samples.
        length: of the perturbation, in standard deviations of the noise.
        shift: the perturbation of the samples for Stein's estimate, of their shape; coils share it as they
            share their noise.
    """

    inside: Numbers
    outside: Numbers
    size: int
    variances: Numbers
    length: float
    shift: NDArray[np.complex64]

    @property
    def used(self) -> Mask:
        """What is reconstructed from."""
        return self.inside > 0

    def risk(self, predicted: Samples, shifted: Samples, samples: Samples) -> float:
        """Estimate the mean squared error, by coil and frequency.

        Args:
            predicted: `(coils, ...)`, samples of the image from the used samples.
            shifted: the same, from the used samples plus `shift`.
            samples: what was measured.
        """
        residual = np.abs(predicted - samples) ** 2
        variances = self.variances.reshape(-1, *[1] * self.inside.ndim)
        counts = self.inside + self.outside
        step = self.shift.astype(np.complex128)
        answer = (step.conj() * (shifted - predicted)).real / self.length**2
        total = (counts * (residual - variances) + 2 * self.inside * answer).sum()
        return float(total / self.size / len(residual))


def plan_holdout(
    samples: Samples,
    held: Mask,
    room: Numbers,
    radius: Numbers,
    missing: Numbers,
    size: int,
    noise: KSpaceNoise,
    seed: int,
) -> HoldOut:
    """Say what samples that are kept out, and the others, stand for.

    Args:
        samples: `(coils, height, width)`, or `(coils, samples)` of readouts.
        held: which of them are kept out, of the shape of one coil.
        room: how many sampled frequencies each stands for, zero where nothing was sampled.
        radius: their frequencies, in cycles a pixel.
        missing: those of unsampled places of the grid, `(places,)`.
        size: places of the grid.
        noise: of the samples.
        seed: of the perturbation.
    """
    inside = np.where(held, 0, room)
    inside *= room.sum() / inside.sum()
    root = noise.root(len(samples))
    variances = (np.abs(root) ** 2).sum(1)
    length = max(_STEP, 1e-3 * float(np.abs(samples[:, room > 0]).max()) / math.sqrt(variances.mean()))
    phases = np.exp(2j * np.pi * np.random.default_rng((seed, 1)).random(samples.shape))
    shift = length * np.einsum("ij,j...->i...", root, phases)
    outside = _weights(held, radius, missing)
    return HoldOut(inside, outside, size, variances, length, shift.astype(np.complex64))


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


def _weights(held: Mask, radius: Numbers, missing: Numbers) -> Numbers:
    rings, of_missing = ((each * _RINGS).astype(int) for each in (radius, missing))
    count = 1 + max(int(rings.max()), int(of_missing.max(initial=0)))
    kept_out = np.bincount(rings[held], minlength=count)
    filled = np.flatnonzero(kept_out)
    nearest = filled[np.abs(filled[:, None] - np.arange(count)).argmin(0)]
    stands_for = np.bincount(nearest[of_missing], minlength=count)
    return np.where(held, (stands_for / np.maximum(kept_out, 1))[rings], 0.0)


def _mirrored(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array at the negative frequencies, the origin at `(0, 0)`."""
    return np.roll(array[::-1, ::-1], 1, (0, 1))
