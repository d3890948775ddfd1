"""MRI as cases of tuning: a frame each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...engine.measurement import Measurement
from ...quality.scores import Reference, cut_middle
from ...reconstruction import reconstruct
from .case import Case, Trial
from .criteria import discrepancy
from .holdout import HoldOut
from .samples import FrameSamples, samples_of

if TYPE_CHECKING:
    from ...priors.prior import Prior
    from ...reconstruction import Reconstruction
    from ...solver import Solver
    from ..mri.study import Study


@dataclass(frozen=True)
class KspaceCase(Case):
    """A frame.

    Attributes:
        samples: all of this frame.
        holdout: what is kept out; None for other criteria than hold-out.
        moved: the measurement of the used samples after their perturbation, or None, likewise.
    """

    samples: FrameSamples
    holdout: HoldOut | None = None
    moved: Measurement | None = None

    def evaluate(self, prior: Prior, solver: Solver, start: Reconstruction | None = None) -> Trial:
        """See `Case`."""
        done = reconstruct(self.measurement, prior, solver, start=start)
        image, samples, scale = np.asarray(done.image), self.samples, self.samples.study.scale
        value = None
        if self.holdout is not None:
            assert self.moved is not None
            # the same start and as many iterations, so that the difference is that of the map applied
            same = replace(solver, count=done.last_iterations)
            moved = np.asarray(reconstruct(self.moved, prior, same, start=start).image)
            predicted, shifted = samples.predicted(image[0]), samples.predicted(moved[0])
            value = [scale**2 * self.holdout.risk(predicted, shifted, samples.values)]
        elif self.criterion == "discrepancy":
            noise = samples.study.noise
            assert noise is not None
            coils = len(samples.values)
            level = float(np.linalg.norm(noise.root(coils))) / coils**0.5
            residual = scale * (samples.predicted(image[0]) - samples.values)
            value = [discrepancy(residual[:, samples.room > 0], scale * level)]
        return self.judged(done, image, value)

    def arrays(self) -> list[NDArray[Any]]:
        """See `Case`."""
        truth = self.truth.images if self.truth else None
        shift = self.holdout.shift if self.holdout else None
        optional = (shift, self.samples.study.maps, truth)
        arrays = [array for array in optional if isinstance(array, np.ndarray)]
        return [self.samples.values, self.samples.radius, self.samples.room, *arrays]


def kspace_cases(
    study: Study, truth: Reference | None, criterion: str, seed: int = 0
) -> tuple[KspaceCase, ...]:
    """Make a case of each frame of a study; to hold out, of the middle one: the others' strengths are alike.

    Args:
        study: frames that are ready to be reconstructed, with their noise.
        truth: reference with as many frames, or None.
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
        maps = study.coil_maps(frame)
        # strengths are those of the first set
        alone = replace(study.alone(frame), maps=maps if maps is None or maps.ndim == 3 else maps[0])
        part = Reference(truth.images[frame : frame + 1], truth.peak) if truth else None
        samples = samples_of(alone)
        if criterion == "holdout":
            plan = samples.plan(seed + frame)
            left, moved = (each.measurement(0) for each in samples.without(plan))
            cases.append(KspaceCase(left, part, criterion, samples, plan, moved))
        else:
            cases.append(KspaceCase(alone.measurement(0), part, criterion, samples))
    return tuple(cases)
