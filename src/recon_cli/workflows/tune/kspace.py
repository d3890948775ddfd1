"""MRI as cases of tuning: a frame each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...quality.scores import Reference, cut_middle
from ...reconstruction import reconstruct
from ..mri.simulate import transform
from ..mri.study import Study
from .case import Case, Trial
from .criteria import discrepancy
from .holdout import HoldOut, plan_holdout

if TYPE_CHECKING:
    from ...priors.prior import Prior
    from ...reconstruction import Reconstruction
    from ...solver import Solver


@dataclass(frozen=True)
class KspaceCase(Case):
    """A frame.

    Attributes:
        study: of this frame alone; its mask is what is reconstructed from.
        holdout: what is kept out; None for other criteria than hold-out.
        sigma: noise level of k-space, in 8-bit grey levels; None where it is not known.
    """

    study: Study
    holdout: HoldOut | None
    sigma: float | None

    def evaluate(self, prior: Prior, solver: Solver, start: Reconstruction | None = None) -> Trial:
        """See `Case`."""
        done = reconstruct(self.measurement, prior, solver, start=start)
        image, samples, scale = np.asarray(done.image), self.study.samples[0], self.study.scale
        value = None
        if self.holdout is not None:
            # the same start and as many iterations, so that the difference is that of the map applied
            same = replace(solver, count=done.last_iterations)
            other = replace(self.study, samples=self.study.samples + self.holdout.shift)
            moved = np.asarray(reconstruct(other.measurement(0), prior, same, start=start).image)
            predicted, shifted = self._samples_of(image[0]), self._samples_of(moved[0])
            value = [scale**2 * self.holdout.risk(predicted, shifted, samples)]
        elif self.criterion == "discrepancy":
            assert self.sigma is not None
            residual = scale * (self._samples_of(image[0]) - samples)
            value = [discrepancy(residual[:, self.study.mask(0)], scale * self.sigma / 255)]
        return self.judged(done, image, value)

    def _samples_of(self, image: NDArray[Any]) -> NDArray[Any]:
        maps = self.study.maps
        assert not isinstance(maps, str)
        coils = (image[None] if maps is None else maps * image).astype(np.complex128)
        return transform(coils, self.study.fft)

    def arrays(self) -> list[NDArray[Any]]:
        """See `Case`."""
        truth = self.truth.images if self.truth else None
        shift = self.holdout.shift if self.holdout else None
        optional = (shift, self.study.maps, truth)
        arrays = [array for array in optional if isinstance(array, np.ndarray)]
        return [self.study.samples, self.study.masks, *arrays]


def kspace_cases(
    study: Study,
    truth: Reference | None,
    sigma: float | None,
    criterion: str,
    seed: int = 0,
) -> tuple[KspaceCase, ...]:
    """Make a case of each frame of a study; to hold out, of the middle one: the others' strengths are alike.

    Args:
        study: frames that are ready to be reconstructed.
        truth: reference with as many frames, or None.
        sigma: noise level, in 8-bit grey levels, or None.
        criterion: name of the criterion.
        seed: of what is kept out.

    Raises:
        ReconError: when the reference does not fit, or nothing can be kept out.
    """
    if truth:
        cut_middle(study.samples[:, 0], truth.images.shape)
    cases = []
    shown = [frame for frame in range(len(study)) if frame not in study.blank]
    for frame in [shown[len(shown) // 2]] if criterion == "holdout" else shown:
        samples = study.samples[frame]
        mask, maps = study.mask(frame), study.maps
        if maps is not None:
            maps = study.coil_maps(frame)
            maps = maps if maps is None or maps.ndim == 3 else maps[0]  # strengths are those of the first set
        holdout = None
        if criterion == "holdout":
            noise = None if sigma is None else sigma / 255
            holdout = plan_holdout(samples, mask, study.fft != "uncentered", noise, seed + frame)
            mask = holdout.used
        part = Reference(truth.images[frame : frame + 1], truth.peak) if truth else None
        alone = replace(study.alone(frame), samples=samples[None], masks=mask[None], maps=maps)
        cases.append(KspaceCase(alone.measurement(0), part, criterion, alone, holdout, sigma))
    return tuple(cases)
