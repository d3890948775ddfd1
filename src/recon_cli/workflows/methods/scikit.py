"""Denoisers of scikit-image as methods."""

from __future__ import annotations

import itertools
import time
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.result import Solution
from .footprint import Footprint
from .method import Method, Outcome
from .one_parameter import OneParameter, at_level
from .ratios import NLM, WAVELET

if TYPE_CHECKING:
    from ...engine.result import Callback
    from ..device import Device

Image = NDArray[np.float32]
PATCH, REACH = 5, 9
"""Side of the patches of non-local means in pixels, and how far it looks for like ones."""
_FILTER, LEVELS = "db2", 4
"""Wavelet and its most scales; better on Set12 than sym4, and than one threshold for all (VisuShrink)."""
SHIFTS = range(0, 8, 2)
"""Of the image in pixels, along rows and columns; eight are a period of the first three scales."""


@dataclass(frozen=True)
class _Scikit(Method):
    """What both share: a strength by noise level, nothing to iterate, no certificate.

    Attributes:
        value: of the strength; None takes what suits the noise level.
    """

    value: float | None = None
    name: ClassVar[str]
    ratios: ClassVar[Mapping[float, float]]
    parameter: ClassVar[str]
    about: ClassVar[str]
    device: ClassVar[Device] = "cpu"

    @abstractmethod
    def _denoise(self, image: Image, sigma: float, strength: float) -> Image:
        """Denoise `(height, width)`; sigma and strength are in units of intensity."""

    def footprint(self, sigma: float) -> Footprint:
        """See `Method`."""
        return Footprint(self.name, 60)

    def row(self) -> tuple[str, str]:
        """See `Method`."""
        return "method", f"{self.name} ({self.about})"

    def tolerance(self, sigma: float) -> float | None:
        """See `Method`."""
        self.parameters(sigma)
        return None

    def parameters(self, sigma: float) -> OneParameter:
        """See `Method`."""
        return OneParameter(self.parameter, self.value or at_level(self.ratios, sigma))

    def denoise(self, noisy: Image, sigma: float, callback: Callback | None = None) -> Outcome:
        """See `Method`; the callback is never called."""
        # what is imported when first needed is no part of the time
        import pywt  # noqa: F401
        from skimage.restoration import denoise_nl_means, denoise_wavelet  # noqa: F401

        strength = self.parameters(sigma)
        started = time.perf_counter()
        images = [self._denoise(image, sigma / 255, strength.value).clip(0, 1) for image in noisy]
        denoised = np.stack(images).astype(np.float32)
        seconds = time.perf_counter() - started
        result = Solution(torch.from_numpy(denoised), 0, None, None, True, ())
        return Outcome(denoised, result, strength, seconds, "cpu", self.name)


class NonLocalMeans(_Scikit):
    """Means over pixels whose patches look alike.

    A. Buades, B. Coll, J.-M. Morel, "A non-local algorithm for image denoising", CVPR 2005; the fast
    variant of scikit-image with the noise level given.
    """

    name = "nlm"
    ratios = NLM
    parameter = "h"
    about = f"non-local means, patches of {PATCH} x {PATCH}, {REACH} pixels around"

    def _denoise(self, image: Image, sigma: float, strength: float) -> Image:
        from skimage.restoration import denoise_nl_means

        means: Image = denoise_nl_means(
            image, patch_size=PATCH, patch_distance=REACH, h=strength, sigma=sigma, fast_mode=True
        )
        return means


class Wavelets(_Scikit):
    """Soft thresholds on wavelet coefficients by subband (BayesShrink), averaged over shifts of the image.

    S. G. Chang, B. Yu, M. Vetterli, "Adaptive wavelet thresholding for image denoising and compression", IEEE
    Trans. Image Process. 2000; R. Coifman, D. Donoho, "Translation-invariant de-noising", 1995. The strength
    is the noise level that the thresholds assume.
    """

    name = "wavelet"
    ratios = WAVELET
    parameter = "level"
    about = "soft thresholds by BayesShrink, averaged over shifts"

    def _denoise(self, image: Image, sigma: float, strength: float) -> Image:
        from pywt import dwt_max_level
        from skimage.restoration import denoise_wavelet

        levels = min(max(1, dwt_max_level(min(image.shape), _FILTER)), LEVELS)
        total = np.zeros_like(image)
        for shift in itertools.product(SHIFTS, SHIFTS):
            back = -shift[0], -shift[1]
            moved = np.roll(image, shift, (0, 1))
            shrunk = denoise_wavelet(
                moved, sigma=strength, wavelet=_FILTER, wavelet_levels=levels, method="BayesShrink"
            )
            total += np.roll(shrunk, back, (0, 1))
        return total / np.float32(len(SHIFTS) ** 2)
