"""Denoising as cases of tuning: images of one size as a batch, with or without their clean versions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...engine.measurement import Measurement
from ...engine.operators.identity import Identity
from ...errors import ReconError
from ...quality.scores import Reference
from ...reconstruction import reconstruct
from .case import Case, Trial
from .criteria import discrepancy, sure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...modes import Mode
    from ...priors.prior import Prior
    from ...reconstruction import Reconstruction
    from ...solver import Solver

Picture = NDArray[np.float32]
_STEP = 0.1
"""Length of SURE's finite difference, in standard deviations of the noise."""


@dataclass(frozen=True)
class DenoisingCase(Case):
    """Noisy images of one size.

    With SURE the shifted images are solved in the same batch, from the same start and with as many
    iterations, so that their difference is that of the map that was applied.

    Attributes:
        noisy: `(batch, height, width)`.
        sigma: noise level, in 8-bit grey levels.
        shift: SURE's perturbation, of the shape of `noisy`; None for other criteria.
    """

    noisy: Picture
    sigma: float
    shift: Picture | None

    def evaluate(self, prior: Prior, solver: Solver, start: Reconstruction | None = None) -> Trial:
        """See `Case`."""
        level = self.sigma / 255
        if self.shift is None:
            done = reconstruct(self.measurement, prior, solver, start=start)
            images = np.asarray(done.image)
            if self.criterion != "discrepancy":
                return self.judged(done, images)
            residuals = images - self.noisy
            return self.judged(done, images, [discrepancy(residual, level) for residual in residuals])
        shifted = self.noisy + self.shift
        if solver.mode == "early-stop":
            done = reconstruct(self.measurement, prior, solver)
            images = np.asarray(done.image)
            same = replace(solver, mode="unrolled", steps=done.iterations)
            moved = np.asarray(reconstruct(noisy_images(shifted, self.sigma), prior, same).image)
        else:
            both = noisy_images(np.concatenate((self.noisy, shifted)), self.sigma)
            done = reconstruct(both, prior, solver, start=start)
            images, moved = np.split(np.asarray(done.image), 2)
        every = zip(images, self.noisy, moved, self.shift, strict=True)
        return self.judged(done, images, [sure(*each, level) for each in every])


def noisy_images(noisy: Picture, sigma: float) -> Measurement:
    """Return the measurement of images with noise.

    Args:
        noisy: `(images, height, width)`, intensities in [0, 1] up to noise.
        sigma: noise level, in 8-bit grey levels.
    """
    return Measurement(Identity((noisy.shape[1], noisy.shape[2])), noisy, sigma=sigma)


def add_noise(clean: Sequence[Picture], sigma: float, seed: int) -> list[Picture]:
    """Return the images with normal noise, not clipped.

    Args:
        clean: images in [0, 1].
        sigma: noise level, in 8-bit grey levels.
        seed: of the noise.
    """
    rng = np.random.default_rng(seed)
    return [image + np.float32(sigma / 255) * rng.standard_normal(image.shape, np.float32) for image in clean]


def denoising_cases(
    noisy: Sequence[Picture],
    clean: Sequence[Picture] | None,
    sigma: float,
    criterion: str,
    mode: Mode = "full",
    seed: int = 0,
) -> tuple[DenoisingCase, ...]:
    """Put images of one size together.

    Args:
        noisy: the images, `(height, width)` each.
        clean: of the same shapes, or None.
        sigma: noise level, in 8-bit grey levels.
        criterion: name of the criterion.
        mode: of the solver.
        seed: of SURE's perturbation.

    Raises:
        ReconError: when there are not as many clean as noisy images, or their shapes differ.
    """
    if clean is not None and [x.shape for x in clean] != [y.shape for y in noisy]:
        raise ReconError(
            f"the references have shapes {_shapes(clean)}, the images {_shapes(noisy)}; give them in "
            "the same order",
            2,
        )
    rng = np.random.default_rng(seed)
    length = np.float32(_STEP * sigma / 255)
    alone = criterion == "sure" and mode == "early-stop"
    groups: dict[object, list[int]] = {}
    for index, image in enumerate(noisy):
        groups.setdefault(index if alone else image.shape, []).append(index)
    cases = []
    for members in groups.values():
        batch = np.stack([noisy[k] for k in members])
        truth = Reference(np.stack([clean[k] for k in members]), 1.0) if clean is not None else None
        shift = None
        if criterion == "sure":
            shift = length * (2 * rng.integers(0, 2, batch.shape).astype(np.float32) - 1)
        cases.append(DenoisingCase(noisy_images(batch, sigma), truth, criterion, batch, sigma, shift))
    return tuple(cases)


def _shapes(images: Sequence[Picture]) -> str:
    return ", ".join(f"{image.shape[0]} x {image.shape[1]}" for image in images)
