"""Denoisers of scikit-image, which users would take instead."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from ..engine.result import Solution
from ..errors import ReconError
from .footprint import Footprint
from .one_parameter import NLM, WAVELET, at_level
from .prior import PreparedPrior, Prior, Used

if TYPE_CHECKING:
    from ..engine.measurement import Measurement, Task
    from ..engine.result import Callback
    from ..solver import Solver

Image = NDArray[np.float32]
PATCH, REACH = 5, 9
"""Side of the patches of non-local means in pixels, and how far it looks for like ones."""
_FILTER, LEVELS = "db2", 4
"""Wavelet and its most scales; better on Set12 than sym4, and than one threshold for all (VisuShrink)."""
SHIFTS = range(0, 8, 2)
"""Of the image in pixels, along rows and columns; eight are a period of the first three scales."""


@dataclass(frozen=True)
class _Scikit(Prior):
    """What both share: a strength by noise level, nothing to iterate, no certificate.

    Attributes:
        value: of the strength; None takes what suits the noise level.
    """

    value: float | None = None
    ratios: ClassVar[Mapping[float, float]]
    shortest: ClassVar[int]
    """Side of the smallest image; shorter ones are extended by their mirror image."""
    parameter: ClassVar[str]
    about: ClassVar[str]

    @abstractmethod
    def denoise(self, image: Image, sigma: float, strength: float) -> Image:
        """Denoise `(height, width)`; sigma and strength are in units of intensity."""

    def prepare(self, task: Task, sigma: float | None, solver: Solver, weight: float = 1.0) -> PreparedScikit:
        """See `Prior`; nothing of the solver is used.

        Raises:
            ReconError: when the task is another than denoising, or the noise level is not known.
        """
        del solver, weight
        if task != "denoise" or sigma is None:
            raise ReconError(f"{self.name} denoises images of a known noise level, and nothing else", 2)
        return PreparedScikit(self, self.value or at_level(self.ratios, sigma), sigma)


@dataclass(frozen=True)
class PreparedScikit(PreparedPrior):
    """A denoiser with its strength.

    Attributes:
        method: the denoiser.
        strength: in units of intensity.
        sigma: noise level, in 8-bit grey levels.
    """

    method: _Scikit
    strength: float
    sigma: float

    @property
    def footprint(self) -> Footprint:  # type: ignore[override]
        """See `PreparedPrior`."""
        return Footprint(self.method.name, 60)

    @property
    def used(self) -> Used:  # type: ignore[override]
        """See `PreparedPrior`."""
        method = self.method
        about = f"{method.name} ({method.about})"
        return Used(method.name, about, {method.parameter: self.strength}, sigma=self.sigma)

    def minimise(
        self, measurement: Measurement, callback: Callback | None = None, start: Solution | None = None
    ) -> Solution:
        """See `PreparedPrior`; the callback is never called.

        Raises:
            ReconError: when the data are not the image, or complex.
        """
        if not measurement.operator.is_identity or measurement.parts != 1:
            raise ReconError(f"{self.method.name} denoises real images, and nothing else", 2)
        images = [self._denoised(image) for image in measurement.data.cpu().numpy()]
        denoised = torch.from_numpy(np.stack(images)).to(measurement.data)
        return Solution(measurement.domain.project(denoised), 0, None, None, True, ())

    def _denoised(self, image: Image) -> Image:
        height, width = image.shape
        more = [(0, max(0, self.method.shortest - length)) for length in image.shape]
        grown = np.pad(image, more, "symmetric")
        return self.method.denoise(grown, self.sigma / 255, self.strength)[:height, :width]


class NonLocalMeans(_Scikit):
    """Means over pixels whose patches look alike.

    A. Buades, B. Coll, J.-M. Morel, "A non-local algorithm for image denoising", CVPR 2005; the fast
    variant of scikit-image with the noise level given.
    """

    name = "nlm"
    ratios = NLM
    parameter = "h"
    shortest = PATCH
    about = f"non-local means, patches of {PATCH} x {PATCH}, {REACH} pixels around"

    def denoise(self, image: Image, sigma: float, strength: float) -> Image:
        """See `_Scikit`."""
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
    shortest = 6  # for a first scale of the filter
    about = "soft thresholds by BayesShrink, averaged over shifts"

    def denoise(self, image: Image, sigma: float, strength: float) -> Image:
        """See `_Scikit`."""
        from pywt import dwt_max_level
        from skimage.restoration import denoise_wavelet

        levels = min(dwt_max_level(min(image.shape), _FILTER), LEVELS)
        total = np.zeros_like(image)
        for shift in itertools.product(SHIFTS, SHIFTS):
            back = -shift[0], -shift[1]
            moved = np.roll(image, shift, (0, 1))
            shrunk = denoise_wavelet(
                moved, sigma=strength, wavelet=_FILTER, wavelet_levels=levels, method="BayesShrink"
            )
            total += np.roll(shrunk, back, (0, 1))
        return total / np.float32(len(SHIFTS) ** 2)
