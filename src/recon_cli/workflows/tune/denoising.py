"""Denoising as a case of tuning: images of one size as a batch, with or without their clean versions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ...models.tuned import Tuned
from ...quality.metrics import psnr, ssim
from ..denoising.denoise import DenoiseOptions, denoise
from .criteria import discrepancy, sure
from .evaluation import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...engine.priors.dictionary.solution import PatchSolution
    from ...models.dictionary import Dictionary

Picture = NDArray[np.float32]
_STEP = 0.1
"""Length of SURE's finite difference, in standard deviations of the noise."""


@dataclass(frozen=True)
class DenoisingCase:
    """Noisy images of one size.

    With SURE the shifted images are solved in the same batch, from the same start and with as many
    iterations, so that their difference is that of the map that was applied.

    Attributes:
        noisy: `(batch, height, width)`.
        clean: of the same shape, or None.
        dictionary: the model.
        sigma: noise level, of 255.
        options: of the solver.
        criterion: name of the criterion.
        shift: SURE's perturbation, of the shape of `noisy`; None for other criteria.
    """

    noisy: Picture
    clean: Picture | None
    dictionary: Dictionary
    sigma: float
    options: DenoiseOptions
    criterion: str
    shift: Picture | None

    def solve(self, parameters: Tuned, most: int, start: PatchSolution | None) -> Outcome:
        """See `Case`."""
        tolerance = parameters.tol or self.options.tolerance
        options = replace(
            self.options, beta=parameters.beta, lam=parameters.lam, tolerance=tolerance, max_iterations=most
        )
        count = len(self.noisy)
        noisy = self.noisy
        if self.shift is not None and options.mode != "early-stop":
            noisy = np.concatenate((noisy, noisy + self.shift))
        done = denoise(noisy, self.dictionary, self.sigma, options, start=start)
        images, shifted = done.images[:count], done.images[count:]
        if self.shift is not None and options.mode == "early-stop":
            same = replace(options, mode="unrolled", steps=done.result.iterations)
            shifted = denoise(noisy + self.shift, self.dictionary, self.sigma, same).images
        psnrs = [] if self.clean is None else list(map(psnr, images, self.clean))
        return Outcome(self._values(images, shifted, psnrs), psnrs, done.result)

    def _values(self, images: Picture, shifted: Picture, psnrs: list[float]) -> list[float]:
        level = self.sigma / 255
        if self.criterion == "psnr":
            return psnrs
        if self.criterion == "ssim":
            assert self.clean is not None
            return list(map(ssim, images, self.clean))
        if self.criterion == "discrepancy":
            return [discrepancy(x - y, level) for x, y in zip(images, self.noisy, strict=True)]
        assert self.shift is not None
        every = zip(images, self.noisy, shifted, self.shift, strict=True)
        return [sure(x, y, moved, step, level) for x, y, moved, step in every]

    def arrays(self) -> list[NDArray[Any]]:
        """See `Case`."""
        return [self.noisy] if self.clean is None else [self.noisy, self.clean]


def add_noise(clean: Sequence[Picture], sigma: float, seed: int) -> list[Picture]:
    """Return the images with normal noise, not clipped.

    Args:
        clean: images in [0, 1].
        sigma: noise level, of 255.
        seed: of the noise.
    """
    rng = np.random.default_rng(seed)
    return [image + np.float32(sigma / 255) * rng.standard_normal(image.shape, np.float32) for image in clean]


def denoising_cases(
    noisy: Sequence[Picture],
    clean: Sequence[Picture] | None,
    dictionary: Dictionary,
    sigma: float,
    options: DenoiseOptions,
    criterion: str,
    seed: int = 0,
) -> tuple[DenoisingCase, ...]:
    """Put images of one size together.

    Args:
        noisy: the images, `(height, width)` each.
        clean: of the same shapes, or None.
        dictionary: the model.
        sigma: noise level, of 255.
        options: of the solver.
        criterion: name of the criterion.
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
    alone = criterion == "sure" and options.mode == "early-stop"
    groups: dict[object, list[int]] = {}
    for index, image in enumerate(noisy):
        groups.setdefault(index if alone else image.shape, []).append(index)
    cases = []
    for members in groups.values():
        batch = np.stack([noisy[k] for k in members])
        truth = np.stack([clean[k] for k in members]) if clean is not None else None
        shift = None
        if criterion == "sure":
            shift = length * (2 * rng.integers(0, 2, batch.shape).astype(np.float32) - 1)
        cases.append(DenoisingCase(batch, truth, dictionary, sigma, options, criterion, shift))
    return tuple(cases)


def _shapes(images: Sequence[Picture]) -> str:
    return ", ".join(f"{image.shape[0]} x {image.shape[1]}" for image in images)
