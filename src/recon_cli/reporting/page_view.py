"""What a page about a result shows of it: pictures before and after, and what is left over."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..workflows.data_files import Solved as SolvedData
    from ..workflows.denoising.stages import DenoisedPicture
    from ..workflows.mri.stages import ReconstructedKSpace


class PageView(NamedTuple):
    """One plane or frame.

    Attributes:
        name: of the data, for titles.
        before: `(height, width)` or `(height, width, 3)`, in any units.
        after: the result, in the same units.
        reference: what the result should be, or None.
        residual: data minus what the result explains, `(channels, height, width)`, NaN where there are no
            data; None where nothing can be said.
        is_noise: whether the residual has to be white noise of standard deviation 1.
        plane: which one it is, in words; empty where there is only one.
    """

    name: str
    before: NDArray[np.float32]
    after: NDArray[np.float32]
    reference: NDArray[np.float32] | None
    residual: NDArray[np.float32] | None
    is_noise: bool
    plane: str = ""

    @property
    def residual_name(self) -> str:
        """What the residual is called."""
        return "residual" if self.is_noise else f"{self.name} - result"

    @property
    def unit(self) -> str:
        """The unit of the residual."""
        return "standard deviations of the noise" if self.is_noise else "units of the image"

    @property
    def has_residual(self) -> bool:
        """Whether anything is left over."""
        return self.residual is not None and bool(np.nan_to_num(self.residual).any())


def picture_view(solved: DenoisedPicture) -> PageView:
    """Return the middle plane of a picture that was solved with a report."""
    stages = solved.stages
    assert stages is not None
    count = len(stages.result)
    return PageView(
        stages.name,
        _drawn(stages.noisy, count),
        _drawn(stages.result, count),
        None if stages.reference is None else _drawn(stages.reference, count),
        stages.residual,
        True,
        _numbered("plane", count),
    )


def kspace_view(solved: ReconstructedKSpace) -> PageView:
    """Return the middle frame of k-space that was solved with a report."""
    compared = solved.compared
    assert compared is not None
    before, after = (np.abs(each).astype(np.float32) for each in (compared.zero_filled, compared.result))
    left, plane = (before - after)[None], _numbered("frame", len(solved.images))
    return PageView("zero-filled", before, after, compared.reference, left, False, plane)


def data_view(first: str, solved: SolvedData) -> PageView:
    """Return the middle image of data that were solved.

    Args:
        first: name of the image that solvers start from.
        solved: the images.
    """
    count = len(solved.images)
    middle, truth = count // 2, solved.loaded.truth
    before, after = solved.starts[middle], solved.images[middle]
    reference = truth.images[middle] if truth else None
    left, plane = (before - after)[None], _numbered("image", count)
    return PageView(first, before, after, reference, left, False, plane)


def _numbered(kind: str, count: int) -> str:
    return f"{kind} {count // 2 + 1} of {count}" if count > 1 else ""


def _drawn(planes: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    middle = planes[count // 2]
    return middle[0] if len(middle) == 1 else np.moveaxis(middle, 0, -1)
