"""MRI as a case of tuning: a frame each, with a part of its samples kept out on request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ...files.references import Reference
from ...models.tuned import Tuned
from ...reporting.mri_scores import cut_middle, score
from ..mri.coils import estimate_maps
from ..mri.reconstruct import MriOptions, reconstruct
from .criteria import discrepancy
from .evaluation import Outcome

if TYPE_CHECKING:
    from ...engine.result import Result
    from ...models.dictionary import Dictionary
    from ..mri.study import Study

Mask = NDArray[np.bool_]
_SHARE = 0.1
"""Part of the samples that hold-out keeps out."""
_CENTRE = 1 / 16
"""Frequencies up to this, in cycles a pixel, are never kept out."""


@dataclass(frozen=True)
class KspaceCase:
    """A frame.

    Attributes:
        samples: `(coils, height, width)`.
        mask: `(height, width)`, what is reconstructed from.
        held: `(height, width)`, what is predicted instead; None for other criteria than hold-out.
        maps: `(coils, height, width)`, or None with one coil.
        scale: what k-space is multiplied by.
        truth: reference of this frame, or None.
        dictionary: the model.
        sigma: noise level of k-space, of 255; None where it is not known.
        options: of the solver.
        criterion: name of the criterion.
    """

    samples: NDArray[np.complex64]
    mask: Mask
    held: Mask | None
    maps: NDArray[np.complex64] | None
    scale: float
    truth: Reference | None
    dictionary: Dictionary
    sigma: float | None
    options: MriOptions
    criterion: str

    def solve(self, parameters: Tuned, most: int, start: Result | None) -> Outcome:
        """See `Case`."""
        tolerance = parameters.tol or self.options.tolerance
        options = replace(
            self.options, beta=parameters.beta, lam=parameters.lam, tolerance=tolerance, max_iterations=most
        )
        done = reconstruct(
            self.samples, self.mask, self.dictionary, options, maps=self.maps, scale=self.scale, start=start
        )
        scores = score(done.image[None], self.truth) if self.truth else None
        if self.criterion in ("psnr", "ssim"):
            assert scores is not None
            value = scores.psnr if self.criterion == "psnr" else scores.ssim
        else:
            value = self._error(done.image)
        return Outcome([value], [scores.psnr] if scores else [], done.result)

    def _error(self, image: NDArray[Any]) -> float:
        """Return the discrepancy, or the mean squared error of the held samples, scaled like k-space."""
        residual = self.scale * (self._samples_of(image) - self.samples)
        if self.held is not None:
            return float((np.abs(residual[:, self.held]) ** 2).mean())
        assert self.sigma is not None
        return discrepancy(residual[:, self.mask], self.scale * self.sigma / 255)

    def _samples_of(self, image: NDArray[Any]) -> NDArray[Any]:
        coils = (image[None] if self.maps is None else self.maps * image).astype(np.complex128)
        plane = (-2, -1)
        if not self.options.centred:
            return np.fft.fft2(coils, norm="ortho")
        return np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(coils, plane), norm="ortho"), plane)

    def arrays(self) -> list[NDArray[Any]]:
        """See `Case`."""
        optional = (self.held, self.maps, self.truth.images if self.truth else None)
        return [self.samples, self.mask, *(array for array in optional if array is not None)]


def kspace_cases(
    study: Study,
    truth: Reference | None,
    dictionary: Dictionary,
    sigma: float | None,
    criterion: str,
    seed: int = 0,
) -> tuple[KspaceCase, ...]:
    """Make a case of each frame of a study.

    Args:
        study: frames that are ready to be reconstructed.
        truth: reference with as many frames, or None.
        dictionary: the model.
        sigma: noise level, of 255, or None.
        criterion: name of the criterion.
        seed: of what is kept out.

    Raises:
        ReconError: when the reference does not fit, or nothing can be kept out.
    """
    if truth:
        cut_middle(study.samples[:, 0], truth.images.shape)
    cases = []
    for frame, samples in enumerate(study.samples):
        mask, maps = study.mask(frame), study.maps
        if isinstance(maps, str):
            maps = estimate_maps(samples * mask, study.options.centred)
        held = held_out(mask, study.options.centred, seed + frame) if criterion == "holdout" else None
        part = Reference(truth.images[frame : frame + 1], truth.peak) if truth else None
        used = mask if held is None else mask & ~held
        cases.append(
            KspaceCase(
                samples, used, held, maps, study.scale, part, dictionary, sigma, study.options, criterion
            )
        )
    return tuple(cases)


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


def _mirrored(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array at the negative frequencies, the origin at `(0, 0)`."""
    return np.roll(array[::-1, ::-1], 1, (0, 1))
