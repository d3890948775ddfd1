"""MRI as a case of tuning: a frame each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...files.references import Reference
from ...models.tuned import Tuned
from ...quality.scores import cut_middle, score
from ..mri.coils import estimate_maps
from ..mri.options import MriOptions
from ..mri.reconstruct import Reconstructed, reconstruct
from ..mri.simulate import transform
from .criteria import discrepancy
from .evaluation import Outcome
from .holdout import HoldOut, Mask, plan_holdout

if TYPE_CHECKING:
    from ...engine.priors.dictionary.solution import PatchSolution
    from ...models.dictionary import Dictionary
    from ..mri.study import Study


@dataclass(frozen=True)
class KspaceCase:
    """A frame.

    Attributes:
        samples: `(coils, height, width)`.
        mask: `(height, width)`, what is reconstructed from.
        holdout: what is kept out; None for other criteria than hold-out.
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
    holdout: HoldOut | None
    maps: NDArray[np.complex64] | None
    scale: float
    truth: Reference | None
    dictionary: Dictionary
    sigma: float | None
    options: MriOptions
    criterion: str

    def solve(self, parameters: Tuned, most: int, start: PatchSolution | None) -> Outcome:
        """See `Case`."""
        tolerance = parameters.tol or self.options.tolerance
        options = replace(
            self.options, beta=parameters.beta, lam=parameters.lam, tolerance=tolerance, max_iterations=most
        )
        done = self._reconstruct(self.samples, options, start)
        scores = score(done.image[None], self.truth) if self.truth else None
        psnrs = [scores.psnr] if scores else []
        if self.criterion in ("psnr", "ssim"):
            assert scores is not None
            value = scores.psnr if self.criterion == "psnr" else scores.ssim
        elif self.holdout is None:
            assert self.sigma is not None
            residual = self.scale * (self._samples_of(done.image) - self.samples)
            value = discrepancy(residual[:, self.mask], self.scale * self.sigma / 255)
        else:
            # the same start and as many iterations, so that the difference is that of the map applied
            same = replace(options, counts=done.result.counts)
            shifted = self._reconstruct(self.samples + self.holdout.shift, same, start)
            predicted, moved = (self._samples_of(each.image) for each in (done, shifted))
            value = self.scale**2 * self.holdout.risk(predicted, moved, self.samples)
        return Outcome([value], psnrs, done.result)

    def _reconstruct(
        self, samples: NDArray[np.complex64], options: MriOptions, start: PatchSolution | None
    ) -> Reconstructed:
        return reconstruct(
            samples, self.mask, self.dictionary, options, maps=self.maps, scale=self.scale, start=start
        )

    def _samples_of(self, image: NDArray[Any]) -> NDArray[Any]:
        coils = (image[None] if self.maps is None else self.maps * image).astype(np.complex128)
        return transform(coils, self.options.fft)

    def arrays(self) -> list[NDArray[Any]]:
        """See `Case`."""
        truth = self.truth.images if self.truth else None
        shift = self.holdout.shift if self.holdout else None
        optional = (shift, self.maps, truth)
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
            maps = estimate_maps(samples * mask, study.options.fft)
        holdout = None
        if criterion == "holdout":
            noise = None if sigma is None else sigma / 255
            holdout = plan_holdout(samples, mask, study.options.centred, noise, seed + frame)
        part = Reference(truth.images[frame : frame + 1], truth.peak) if truth else None
        used = holdout.used if holdout else mask
        cases.append(
            KspaceCase(
                samples, used, holdout, maps, study.scale, part, dictionary, sigma, study.options, criterion
            )
        )
    return tuple(cases)
