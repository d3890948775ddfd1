"""The noise of k-space: its level and how coils share it, from a noise scan or the samples themselves."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...arguments import positive
from ...engine.operators.fourier import Origin
from ...errors import ReconError
from .mismatch import mismatch
from .null_space import Beside, beside_all_signal
from .residual import MANY, STEPS, unexplained

Mask = NDArray[np.bool_]
Samples = NDArray[np.complexfloating[Any, Any]]
_OUTERMOST = 0.1
"""Part of the samples, those of highest frequency, by whose noise coils are compared."""
_RINGS, _INNERMOST = 24, 0.12
"""Rings of frequencies that tell noise from signal, and the least frequency, in cycles a pixel."""
_VALUES = 32
"""Least number of samples of a ring, of all coils: rings with fewer, as in the corners, go with the next."""
_POWERS = (2.0, 3.0, 4.0, 6.0)
"""Of the frequency, by which the power of a signal may fall."""
_SEVERAL = 4
"""Coils that show that there is hardly any noise, or that it is less than the directions say that hold least.
Of fewer the data are not fitted so closely: that takes long, and nothing tells what else they hold."""
_MOST = 1.2
"""Noise relative to the highest frequencies', above which it is a signal."""
_SHARE = 0.4
"""Least noise relative to the power at the highest frequencies, where no fit tells it from signal."""
_OF_MAPS = 1e-3
"""Noise relative to the root mean square of the samples, below which maps are never as good."""
_ROUNDING = 1e-5
"""Noise relative to the root mean square of the samples that single precision leaves in any case."""


@dataclass(frozen=True)
class KSpaceNoise:
    """What is known of the noise.

    Attributes:
        level: standard deviation of the complex noise, both parts together, of coils after `whitening`.
        whitening: `(coils, coils)`, what coils are multiplied by for their noise to be equal and independent;
            None for no more than one coil, or where it is already.
        source: in words.
    """

    level: float
    whitening: NDArray[np.complex64] | None
    source: str

    def at_level(self, level: float) -> KSpaceNoise:
        """Return the same with a level that the user knows, in the units of k-space.

        Raises:
            ReconError: when it is not positive.
        """
        positive("--noise-level", level)
        return replace(self, level=level, source="given")

    def beside(
        self, samples: NDArray[np.complex64], mask: Mask | None, maps: NDArray[np.complex64], fft: Origin
    ) -> KSpaceNoise:
        """Return the noise with what coil maps leave unexplained, as if that were noise, too.

        The low frequencies alone may leave much where the image goes on to the border of the field of view;
        no more counts than the best image leaves of all samples. That is known where these are what was
        measured, with their mask. Where several sets of maps are needed, it is what counts: how they end at
        the folds, the low frequencies do not show; and where there is less noise than any maps are good for.
        """
        samples, maps = self.whitened(samples), self.whitened(maps)
        off, folded = mismatch(samples, maps, self.level, fft), maps.ndim > samples.ndim
        level, left = math.hypot(self.level, off), None
        exact = self.level**2 * float((samples != 0).sum()) < _OF_MAPS**2 * float(
            (np.abs(samples) ** 2).sum()
        )
        if mask is not None and (off > 0 or folded or exact):
            left = unexplained(samples, mask, maps, fft, MANY if exact else STEPS)
        if left is not None:
            level = max(self.level, left if folded or exact else min(level, left))
        return replace(self, level=level)

    def whitened(self, coils: NDArray[np.complex64]) -> NDArray[np.complex64]:
        """Return samples or maps, `(..., coils, height, width)`, of coils whose noise is white."""
        if self.whitening is None:
            return coils
        return np.asarray(np.einsum("ij,...jyx->...iyx", self.whitening, coils), np.complex64)

    def unwhitened(self, maps: NDArray[np.complex64]) -> NDArray[np.complex64]:
        """Return maps of the coils as they were measured, from maps of whitened ones.

        Their squares sum to 1 where they do not vanish, so that the image has the coils' units.
        """
        if self.whitening is None:
            return maps
        own = np.einsum("ij,...jyx->...iyx", self._unwhitening(self.whitening), maps)
        power = np.sqrt((np.abs(own) ** 2).sum(-3, keepdims=True))
        return np.asarray(own / np.where(power > 0, power, 1), np.complex64)

    def root(self, coils: int) -> NDArray[np.complex128]:
        """Return what makes of independent noise of unit variance that of the coils, `(coils, coils)`."""
        root = self.level * np.eye(coils, dtype=np.complex128)
        return root if self.whitening is None else root @ self._unwhitening(self.whitening)

    @staticmethod
    def _unwhitening(whitening: NDArray[np.complex64]) -> NDArray[np.complex128]:
        return np.asarray(np.linalg.inv(whitening.astype(np.complex128)), np.complex128)


def noise_of_scan(covariance: NDArray[np.complex128]) -> KSpaceNoise:
    """Return the noise that a covariance of the coils says, `(coils, coils)`.

    Raises:
        ReconError: when it is not that of independent noise.
    """
    values, vectors = np.linalg.eigh(covariance)
    if not (np.isfinite(values).all() and values[0] > 1e-9 * values[-1] > 0):
        raise ReconError("the covariance of the coils' noise is singular; leave the noise scan out")
    level = math.exp(0.5 * float(np.log(values).mean()))
    whitening = (level * vectors / np.sqrt(values)) @ vectors.conj().T
    return KSpaceNoise(level, whitening.astype(np.complex64) if len(values) > 1 else None, "noise scan")


def known_noise(
    covariance: NDArray[np.complex128] | None, level: float | None, unit: float = 1.0
) -> KSpaceNoise | float | None:
    """Return what a noise scan and the user say of the noise, None where neither says anything.

    Args:
        covariance: by the noise scan, of samples that were divided by a unit.
        level: that the user gives, of samples as they are stored.
        unit: what they were divided by.
    """
    level = None if level is None else level / unit
    if covariance is None:
        return level
    found = noise_of_scan(covariance)
    return found if level is None else found.at_level(level)


def noise_of_samples(
    samples: Samples, mask: Mask, centred: bool, radius: NDArray[np.float64] | None = None
) -> KSpaceNoise:
    """Estimate the noise from the samples of a frame.

    How much noisier one coil is than another is seen at the highest frequencies. Their level is that beside
    all signal, see `beside_all_signal`, where that is noise, and no more than the power there. Else it lies
    between that power and what is left of it beside a signal that falls with the frequency.

    Args:
        samples: `(coils, height, width)`.
        mask: `(height, width)`, what was sampled.
        centred: whether the origin is in the middle, or at `(0, 0)`.
        radius: frequencies of samples that lie on no grid, in cycles a pixel, of the shape of the mask.
    """
    on_grid = radius is None
    radius = frequencies(mask.shape, centred) if radius is None else radius
    levels = np.array([noise_level(coil[None], mask, radius) for coil in samples])
    mean = math.sqrt(float((np.abs(samples[:, mask]) ** 2).mean()))
    floor = _ROUNDING * mean
    levels = np.maximum(levels, floor)
    middle = math.exp(float(np.log(levels).mean()))
    balanced = samples * (middle / levels)[:, None, None]
    least = _beside_all_signal(balanced, mask, centred) if on_grid else None
    few = len(samples) < _SEVERAL
    if few and least is not None and not (least.is_noise and least.level > _OF_MAPS * mean):
        least = None
    if least is not None and least.is_noise and least.level <= _MOST * middle:
        level = least.level
    else:
        level = _beside_signal(balanced, mask, radius) or middle
        level = level if least is None else min(level, least.level)
    level = max(level, floor)
    alike = len(levels) == 1 or levels.max() < 2 * levels.min()
    whitening = None if alike else np.diag(middle / levels).astype(np.complex64)
    return KSpaceNoise(level, whitening, "estimated from k-space")


def frequencies(shape: tuple[int, ...], centred: bool) -> NDArray[np.float64]:
    """Return the frequencies of samples in cycles a pixel, `(height, width)`."""
    rows, cols = (np.fft.fftfreq(length) for length in shape)
    radius = np.hypot(rows[:, None], cols)
    return np.fft.fftshift(radius) if centred else radius


def noise_level(samples: Samples, mask: Mask, radius: NDArray[np.float64]) -> float:
    """Return the standard deviation of complex noise by the median of the highest frequencies.

    Args:
        samples: `(coils, height, width)`.
        mask: `(height, width)`, what was sampled.
        radius: `(height, width)`, in cycles a pixel.
    """
    outermost = mask & (radius >= np.quantile(radius[mask], 1 - _OUTERMOST))
    return _of_median(np.abs(samples[:, outermost]) ** 2)


def _of_median(squares: NDArray[np.floating[Any]]) -> float:
    # the squared magnitude of complex normal noise is exponential
    return math.sqrt(float(np.median(squares)) / math.log(2))


def _beside_all_signal(samples: Samples, mask: Mask, centred: bool) -> Beside | None:
    if centred:
        return beside_all_signal(samples, mask)
    return beside_all_signal(np.fft.fftshift(samples, (1, 2)), np.fft.fftshift(mask))


def _beside_signal(samples: Samples, mask: Mask, radius: NDArray[np.float64]) -> float | None:
    """Return the level of noise beside a signal whose power falls with a power of the frequency."""
    rings = np.floor((radius - _INNERMOST) / (radius[mask].max() - _INNERMOST + 1e-9) * _RINGS).astype(int)
    squares = np.abs(samples) ** 2
    rows, inside = [], np.zeros_like(mask)
    for ring in reversed(range(_RINGS)):
        inside = inside | (mask & (rings == ring))
        if inside.sum() * len(samples) >= _VALUES:
            rows.append((float(radius[inside].mean()), _of_median(squares[:, inside]) ** 2, inside.sum()))
            inside = np.zeros_like(mask)
    if len(rows) < 4:
        return None
    at, power, count = (np.array(column, float) for column in zip(*reversed(rows), strict=True))
    power = np.maximum(power, 1e-12 * power.max() + 1e-300)
    best, level = math.inf, 0.0
    for fall in _POWERS:
        fit = np.stack([(at / at[-1]) ** -fall, np.ones_like(at)], 1) / power[:, None]
        weight = np.sqrt(count)[:, None]
        (signal, noise), *_ = np.linalg.lstsq(fit * weight, weight[:, 0], rcond=None)
        signal, noise = max(signal, 0.0), max(noise, 0.0)
        off = float((count * (fit @ [signal, noise] - 1) ** 2).sum())
        if off < best:
            best, level = off, math.sqrt(noise)
    last = math.sqrt(power[-1])
    return math.sqrt(last * min(max(level, _SHARE * last), last))
