"""A file of k-space on its way through `recon mri`: what was read, and what was solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...quality.scores import cut_middle
from ..file_workflow import FilePart, shown_parts

if TYPE_CHECKING:
    from ...files.kspace.samples import KSpace
    from ...quality.scores import Reference, Scores
    from ...reconstruction import Reconstruction
    from .kept import KeptFrames
    from .study import Study


@dataclass(frozen=True)
class LoadedKSpace:
    """K-space that was read.

    Attributes:
        measured: what the file holds.
        study: its frames, ready to be reconstructed.
        truth: the reference, where there is one.
        kept: keeps frames that are done, where there are several and their result is a file.
    """

    measured: KSpace
    study: Study
    truth: Reference | None
    kept: KeptFrames | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for the user."""
        return self.measured.details.remarks + self.study.warnings + self.gone_on

    @property
    def gone_on(self) -> tuple[str, ...]:
        """What is said where frames of a run that was stopped are taken."""
        done = self.kept.count() if self.kept else 0
        return (f"{done} of {len(self.study)} frames are those of a run that was stopped",) if done else ()


class ComparedFrame(NamedTuple):
    """What a figure is drawn of: one frame, `(height, width)` each.

    Attributes:
        zero_filled: the image that solvers start from.
        result: after reconstruction.
        mask: which samples were used, with the low frequencies in the middle.
        reference: the image of full k-space, where there is one.
        name: which frame it is, in words; empty where there is only one.
    """

    zero_filled: NDArray[Any]
    result: NDArray[Any]
    mask: NDArray[np.bool_]
    reference: NDArray[np.float32] | None
    name: str = ""


@dataclass(frozen=True)
class ReconstructedKSpace:
    """The frames of a file.

    Attributes:
        loaded: what was read.
        result: the frames, and how they came about.
        frames: how each frame came about, without its image.
        bounds: largest magnitude that a pixel of each frame might have, after scaling.
        images: as they are written, `(frames, height, width)`.
        zero_filled: likewise.
        scores: of the results and of the zero-filled images, where there is a reference.
        sets: images that each frame is made of.
        compared: the first, the middle and the last frame, where a figure or a report is asked for.
        residual: of the middle frame, see `data_residual`, for a report; else None.
    """

    loaded: LoadedKSpace
    result: Reconstruction
    frames: tuple[Reconstruction, ...]
    bounds: tuple[float, ...]
    images: NDArray[Any]
    zero_filled: NDArray[Any]
    scores: tuple[Scores, Scores] | None
    sets: tuple[int, ...]
    compared: tuple[ComparedFrame, ...] = ()
    residual: NDArray[np.float32] | None = None


def shown_frames(
    study: Study, results: NDArray[Any], zero_filled: NDArray[Any], truth: Reference | None
) -> tuple[ComparedFrame, ...]:
    """Return what is drawn of the first, the middle and the last frame, as far as the reference reaches.

    Args:
        study: what was reconstructed.
        results: `(frames, height, width)`.
        zero_filled: of the same shape.
        truth: the reference, with as many frames, or None.
    """
    count = len(results)
    if truth is not None:
        zero_filled, results = (cut_middle(frames, truth.images.shape) for frames in (zero_filled, results))
    compared = []
    for k in shown_parts(count):
        # images of a volume that was turned are not the frames that were measured
        mask = study.mask(k if count == len(study) else len(study) // 2)
        compared.append(
            ComparedFrame(
                zero_filled[k],
                results[k],
                mask if study.fft != "uncentered" else np.fft.fftshift(mask),
                None if truth is None else truth.images[k],
                FilePart("frame", k + 1, count),
            )
        )
    return tuple(compared)
