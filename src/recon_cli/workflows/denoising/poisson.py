"""Make the noise of counts white with the generalised Anscombe transform, and take it back without bias."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import ReconError

LARGEST_SIGMA = 50.0
"""Of 255: the noisiest images that the dictionaries have parameters for."""


@dataclass(frozen=True)
class CountModel:
    """How a detector counts: `counts = gain * Poisson(electrons) + offset + read_noise * N(0, 1)`.

    Attributes:
        gain: counts for each electron or photon.
        read_noise: standard deviation of the detector's own noise, in counts.
        offset: counts without light.
    """

    gain: float = 1.0
    read_noise: float = 0.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        """Raise a ReconError for values out of range."""
        if not 0 < self.gain < math.inf:
            raise ReconError(f"the gain has to be a positive number, and is {self.gain:g}", 2)
        if not 0 <= self.read_noise < math.inf:
            raise ReconError(f"the read noise has to be zero or positive, and is {self.read_noise:g}", 2)
        if not math.isfinite(self.offset):
            raise ReconError(f"the offset has to be a number, and is {self.offset:g}", 2)

    @property
    def _variance(self) -> float:
        """Variance of the read noise in electrons."""
        return (self.read_noise / self.gain) ** 2


@dataclass(frozen=True)
class Stabilised:
    """Counts after the transform, as an image that a denoiser of white noise takes.

    Attributes:
        image: of the shape of the counts, float32, in [0, 1].
        sigma: standard deviation of its noise, of 255; at most 50.
        low: transformed value that became 0.
        span: difference of the transformed values that became 0 and 1.
        model: of the counts.
    """

    image: NDArray[np.float32]
    sigma: float
    low: float
    span: float
    model: CountModel


def stabilise(counts: ArrayLike, model: CountModel) -> Stabilised:
    """Apply the generalised Anscombe transform and scale its values to [0, 1].

    With electrons `z = (counts - offset) / gain` and read noise `s = read_noise / gain`, the transform is
    `2 sqrt(max(z + 3/8 + s^2, 0))`; its noise has a standard deviation of 1 within 1 % from a mean of 10
    electrons on and within 6 % from 2; at 1 electron it is 0.85 (s = 0) to 1.08 (s = 1.5).

    Args:
        counts: any shape, finite; images that shall share one scale are passed together.
        model: gain, read noise and offset.

    Returns:
        The image, its noise level, and what takes it back. The largest value is mapped to 1, or to less where
        the noise would exceed a sigma of 50.

    Raises:
        ReconError: when a count is not finite, or there is none.

    References:
        J.-L. Starck, F. Murtagh, A. Bijaoui, "Image processing and data analysis", 1998, for the generalised
        transform of F. J. Anscombe, Biometrika 35, 1948.
    """
    values = np.asarray(counts, np.float64)
    if not values.size or not np.isfinite(values).all():
        raise ReconError("the counts have to be finite numbers, and at least one")
    electrons = (values - model.offset) / model.gain
    transformed = 2 * np.sqrt(np.maximum(electrons + 3 / 8 + model._variance, 0))
    low = float(transformed.min())
    span = max(float(transformed.max()) - low, 255 / LARGEST_SIGMA)
    return Stabilised(((transformed - low) / span).astype(np.float32), 255 / span, low, span, model)


def counts_of(image: ArrayLike, stabilised: Stabilised) -> NDArray[np.float64]:
    """Turn a denoised image back into counts: the exact unbiased inverse, in its closed form.

    The image is taken for the mean of the transformed counts; the algebraic inverse would be too low by
    1/4 electron and more. For Poisson counts the closed form is within 0.5 % of the true mean
    (0.02 electrons at most). With read noise it is within 0.05 electrons: 3.5 % at a mean of 1 electron,
    1.1 % at 2, below 0.5 % from 3 on.

    Args:
        image: the denoised image of `stabilise`, in [0, 1].
        stabilised: what `stabilise` returned.

    Returns:
        Mean counts without noise, of the image's shape, at least the offset.

    References:
        M. Makitalo, A. Foi, "A closed-form approximation of the exact unbiased inverse of the Anscombe
        variance-stabilizing transformation", IEEE Transactions on Image Processing 20, 2011; with read noise
        their "Optimal inversion of the generalized Anscombe transformation for Poisson-Gaussian noise",
        IEEE Transactions on Image Processing 22, 2013.
    """
    model = stabilised.model
    D = np.asarray(image, np.float64) * stabilised.span + stabilised.low
    D = np.maximum(D, 2 * math.sqrt(3 / 8))  # below, the closed form has a pole
    root = math.sqrt(3 / 2)
    electrons = D**2 / 4 + root / (4 * D) - 11 / (8 * D**2) + 5 * root / (8 * D**3) - 1 / 8 - model._variance
    return np.maximum(electrons, 0) * model.gain + model.offset
