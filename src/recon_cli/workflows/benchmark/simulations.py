"""Measurements of clean images, simulated: noise on them, or undersampled, noisy k-space."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..mri.measurement import measure
from ..mri.simulate import birdcage, simulate
from ..tune.denoising import noisy_images

if TYPE_CHECKING:
    from ...engine.measurement import Measurement
    from ...engine.operators.fourier import Origin
    from ...files.named import Named
    from ...solver import Solver

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
DRAW = 1_000_000
"""Distance of the seeds of two draws."""


@dataclass(frozen=True)
class Simulation(ABC):
    """A clean image, and a draw of the noise of its measurement.

    Attributes:
        image: its name.
        number: of the image among all, from 0.
        draw: from 0.
        clean: `(height, width)`, in [0, 1].
    """

    image: str
    number: int
    draw: int
    clean: Image

    @abstractmethod
    def measure(self) -> Measurement:
        """Return the measurement, the same each time."""

    def picture(self, images: NDArray[Any]) -> NDArray[Any]:
        """Return what of reconstructed images is compared with the clean one."""
        return images

    def solver(self, solver: Solver) -> Solver:
        """Return a solver with the tolerance that is usual for the measurement."""
        return solver


@dataclass(frozen=True)
class NoisyImage(Simulation):
    """Normal noise on an image.

    Attributes:
        sigma: noise level, in 8-bit grey levels.
    """

    sigma: float

    def measure(self) -> Measurement:
        """See `Simulation`."""
        return noisy_images(add_noise(self.clean, self.sigma, self.number + 1, self.draw)[None], self.sigma)


@dataclass(frozen=True)
class UndersampledScan(Simulation):
    """K-space of an image, undersampled and with noise.

    Attributes:
        mask: `(height, width)`.
        noise: standard deviation, both parts together, in 8-bit grey levels.
        fft: where image and k-space have their origin.
        coils: how many; several are those of a `birdcage`, whose maps are known.
    """

    mask: Mask
    noise: float
    fft: Origin
    coils: int = 1

    def measure(self) -> Measurement:
        """See `Simulation`."""
        seed = self.number + DRAW * self.draw
        maps = birdcage(self.coils, self.clean.shape).astype(np.complex64) if self.coils > 1 else None
        seen = self.clean[None] if maps is None else maps * self.clean
        samples = simulate(seen, self.mask, self.noise, fft=self.fft, seed=seed)
        return measure(samples, self.mask, fft=self.fft, maps=maps)


def add_noise(clean: Image, sigma: float, number: int, draw: int = 0) -> Image:
    """Return an image with normal noise, not clipped; the noise is that of all tables of the project.

    Args:
        clean: `(height, width)` in [0, 1].
        sigma: noise level, in 8-bit grey levels.
        number: of the image among all, from 1; the seed is `1000 sigma + number`, and more by a million for
            each draw.
        draw: from 0.
    """
    rng = np.random.default_rng(int(1000 * sigma) + number + DRAW * draw)
    noisy: Image = clean + (sigma / 255 * rng.standard_normal(clean.shape)).astype(np.float32)
    return noisy


def noisy_simulations(images: Sequence[Named], sigma: float, draws: int) -> list[NoisyImage]:
    """Return so many draws of the noise on each image."""
    return [
        NoisyImage(image.name, number, draw, image.pixels, sigma)
        for draw in range(draws)
        for number, image in enumerate(images)
    ]


def scan_simulations(
    images: Sequence[Named], masks: Sequence[Mask], noise: float, draws: int, fft: Origin, coils: int = 1
) -> list[UndersampledScan]:
    """Return so many draws of the k-space of each image, see `UndersampledScan`.

    Args:
        images: clean ones.
        masks: one for each image, of its size.
        noise: see `UndersampledScan`.
        draws: of the noise for each image.
        fft: see `UndersampledScan`.
        coils: likewise.
    """
    pairs = list(zip(images, masks, strict=True))
    return [
        UndersampledScan(image.name, number, draw, image.pixels, mask, noise, fft, coils)
        for draw in range(draws)
        for number, (image, mask) in enumerate(pairs)
    ]
