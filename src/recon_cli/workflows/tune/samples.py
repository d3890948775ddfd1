"""Samples of a frame of k-space, some of which are kept out: on a grid, or of readouts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..mri.noise import frequencies
from ..mri.readouts import ReadoutStudy
from ..mri.simulate import transform
from .holdout import HoldOut, held_out, plan_holdout

if TYPE_CHECKING:
    from ..mri.noise import Mask, Samples
    from ..mri.study import Study


@dataclass(frozen=True)
class FrameSamples(ABC):
    """Samples of a frame.

    Attributes:
        study: of this frame alone, with at most one set of coil maps.
    """

    study: Study

    @property
    @abstractmethod
    def values(self) -> Samples:
        """What was measured, `(coils, height, width)`, or `(coils, samples)`."""

    @property
    @abstractmethod
    def room(self) -> NDArray[np.float64]:
        """How many places of the grid each stands for, zero where nothing was sampled."""

    @property
    @abstractmethod
    def radius(self) -> NDArray[np.float64]:
        """Their frequencies, in cycles a pixel."""

    @abstractmethod
    def predicted(self, image: NDArray[Any]) -> Samples:
        """Return what an image, `(height, width)`, has in their places."""

    @abstractmethod
    def without(self, plan: HoldOut) -> tuple[Study, Study]:
        """Return what is left for a reconstruction, and the same after the perturbation."""

    @abstractmethod
    def _of_grid(self, places: Mask) -> Mask:
        """Return which samples lie at some places of the grid."""

    def plan(self, seed: int) -> HoldOut:
        """Choose what is kept out.

        Args:
            seed: of the choice and the perturbation.

        Raises:
            ReconError: when nothing but low frequencies was sampled.
        """
        mask, centred, noise = self.study.mask(0), self.study.fft != "uncentered", self.study.noise
        assert noise is not None
        room, radius = self.room, self.radius
        held = self._of_grid(held_out(mask, centred, seed)) & (room > 0)
        missing = frequencies(mask.shape, centred)[~mask]
        # what lies farther out than all samples, as the corners around readouts, no strengths bring back
        missing = missing[missing <= radius[room > 0].max()]
        return plan_holdout(self.values, held, room, radius, missing, mask.size, noise, seed)

    def of_coils(self, image: NDArray[Any]) -> NDArray[np.complex128]:
        """Return what coils see of an image, `(coils, height, width)`."""
        maps = self.study.maps
        assert not isinstance(maps, str)
        return (image[None] if maps is None else maps * image).astype(np.complex128)


class GridSamples(FrameSamples):
    """Samples of a grid; those off the mask count for nothing."""

    @property
    def values(self) -> Samples:
        """See `FrameSamples`."""
        return self.study.samples[0]

    @property
    def room(self) -> NDArray[np.float64]:
        """See `FrameSamples`."""
        return self.study.mask(0).astype(np.float64)

    @property
    def radius(self) -> NDArray[np.float64]:
        """See `FrameSamples`."""
        return frequencies(self.study.mask(0).shape, self.study.fft != "uncentered")

    def predicted(self, image: NDArray[Any]) -> Samples:
        """See `FrameSamples`."""
        return transform(self.of_coils(image), self.study.fft)

    def without(self, plan: HoldOut) -> tuple[Study, Study]:
        """See `FrameSamples`."""
        left = replace(self.study, masks=plan.used[None])
        return left, replace(left, samples=left.samples + plan.shift)

    def _of_grid(self, places: Mask) -> Mask:
        return places


class ReadoutSamples(FrameSamples):
    """Samples of readouts, which are kept out by places of the grid that they lie next to."""

    study: ReadoutStudy

    @property
    def values(self) -> Samples:
        """See `FrameSamples`."""
        return self.study.readouts[0]

    @property
    def room(self) -> NDArray[np.float64]:
        """See `FrameSamples`."""
        density = self.study.operators[0].density.numpy()
        return np.asarray(density * (self.study.mask(0).sum() / density.sum()))

    @property
    def radius(self) -> NDArray[np.float64]:
        """See `FrameSamples`."""
        phases = self.study.operators[0].phases.numpy()
        return np.asarray(np.hypot(phases[:, 0], phases[:, 1]) / (2 * np.pi))

    def predicted(self, image: NDArray[Any]) -> Samples:
        """See `FrameSamples`."""
        operator = self.study.operators[0]
        return (operator.forward(torch.from_numpy(self.of_coils(image))) / operator.roots).numpy()

    def without(self, plan: HoldOut) -> tuple[Study, Study]:
        """See `FrameSamples`."""
        left = self.study.keeping(plan.used)
        return left, replace(left, readouts=(left.readouts[0] + plan.shift[:, plan.used],))

    def _of_grid(self, places: Mask) -> Mask:
        nearest = np.rint(self.study.operators[0].cycles.numpy()).astype(int)
        rows, columns = (
            (nearest[:, axis] + length // 2) % length for axis, length in enumerate(places.shape)
        )
        return places[rows, columns]


def samples_of(study: Study) -> FrameSamples:
    """Return the samples of a study of one frame."""
    return ReadoutSamples(study) if isinstance(study, ReadoutStudy) else GridSamples(study)
