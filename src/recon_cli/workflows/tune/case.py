"""A case of tuning: what was measured, and how good an image of it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...engine.measurement import Measurement
from ...quality.metrics import psnr, ssim
from ...quality.scores import Reference, compared
from ...reconstruction import Reconstruction, reconstruct

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...priors.prior import Prior
    from ...solver import Solver


class Trial(NamedTuple):
    """A case reconstructed.

    Attributes:
        values: of the criterion, one an image.
        psnrs: in dB, where clean images are known, else empty.
        done: the reconstruction.
    """

    values: list[float]
    psnrs: list[float]
    done: Reconstruction


def as_they_are(images: NDArray[Any]) -> NDArray[Any]:
    """Return images."""
    return images


@dataclass(frozen=True)
class Case:
    """Images that are reconstructed together, judged by clean ones.

    Attributes:
        measurement: of the images.
        truth: clean images, or None where they are not known.
        criterion: name of the criterion; here psnr or ssim.
        picture: makes of reconstructed images what is compared with clean ones.
    """

    measurement: Measurement
    truth: Reference | None
    criterion: str
    picture: Callable[[NDArray[Any]], NDArray[Any]] = field(default=as_they_are, kw_only=True)

    def evaluate(self, prior: Prior, solver: Solver, start: Reconstruction | None = None) -> Trial:
        """Reconstruct, and return how good that is.

        Args:
            prior: with its strengths.
            solver: mode, tolerance and limits.
            start: an earlier reconstruction of this case to go on from.
        """
        done = reconstruct(self.measurement, prior, solver, start=start)
        return self.judged(done, np.asarray(done.image))

    def judged(self, done: Reconstruction, images: NDArray[Any], values: list[float] | None = None) -> Trial:
        """Return how good a reconstruction is.

        Args:
            done: the reconstruction.
            images: of it, those that were measured.
            values: of the criterion; None where it compares with the clean images.
        """
        pairs = [] if self.truth is None else compared(self.picture(images), self.truth)
        psnrs = [psnr(*pair) for pair in pairs]
        if values is None:
            values = psnrs if self.criterion == "psnr" else [ssim(*pair) for pair in pairs]
        return Trial(values, psnrs, done)

    def arrays(self) -> list[NDArray[Any]]:
        """Return all data that decide the result."""
        truth = [] if self.truth is None else [self.truth.images]
        return [self.measurement.data.numpy(), *truth]
