"""What a page about a result shows of it: pictures before and after, and what is left over."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..workflows.data_files import Solved as SolvedData
    from ..workflows.denoising.stages import DenoisedPicture
    from ..workflows.mri.stages import ReconstructedKSpace


_ROUNDING = 1e-3
"""Standard deviations of the noise: a method that explains all of the data leaves no more."""


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
        of: whether the residual is one of the image's pixels, of other data, or of k-space with the low
            frequencies in the middle.
    """

    name: str
    before: NDArray[np.float32]
    after: NDArray[np.float32]
    reference: NDArray[np.float32] | None
    residual: NDArray[np.float32] | None
    is_noise: bool
    plane: str = ""
    of: Literal["image", "data", "k-space"] = "image"

    @property
    def residual_name(self) -> str:
        """What the residual is called."""
        if not self.is_noise:
            return f"{self.name} - result"
        return "residual" if self.of == "image" else f"residual of {self.of}"

    @property
    def unit(self) -> str:
        """The unit of the residual."""
        return "standard deviations of the noise" if self.is_noise else "units of the image"

    @property
    def has_residual(self) -> bool:
        """Whether anything is left over."""
        least = _ROUNDING if self.is_noise else 0.0
        return self.residual is not None and bool((np.abs(np.nan_to_num(self.residual)) > least).any())


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
    compared, left = solved.compared[len(solved.compared) // 2], solved.residual
    before, after = (np.abs(each).astype(np.float32) for each in (compared.zero_filled, compared.result))
    view = PageView("zero-filled", before, after, compared.reference, (before - after)[None], False)
    view = view._replace(plane=compared.name)
    if left is None:
        return view
    if left.shape[1] == 1:  # readouts on no grid
        return view._replace(residual=_square(left), is_noise=True, of="data")
    left = np.fft.fftshift(left, (1, 2)) if solved.loaded.study.fft == "uncentered" else left
    return view._replace(residual=left, is_noise=True, of="k-space")


def data_view(first: str, solved: SolvedData) -> PageView:
    """Return the middle image of data that were solved.

    Args:
        first: name of the image that solvers start from.
        solved: the images.
    """
    starts, images, truths = solved.compared
    count = len(images)
    middle = count // 2
    before, after = starts[middle], images[middle]
    reference = None if truths is None else truths[middle]
    plane, left = _numbered("image", count), solved.residual
    if left is None:
        return PageView(first, before, after, reference, (before - after)[None], False, plane)
    left = _square(left) if left.shape[1] == 1 else left
    return PageView(first, before, after, reference, left, True, plane, "data")


def _numbered(kind: str, count: int) -> str:
    return f"{kind} {count // 2 + 1} of {count}" if count > 1 else ""


def _drawn(planes: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    middle = planes[count // 2]
    return middle[0] if len(middle) == 1 else np.moveaxis(middle, 0, -1)


def _square(line: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows of samples, `(channels, 1, samples)`, as squares, filled up with NaN."""
    channels, _, count = line.shape
    side = math.isqrt(count - 1) + 1
    filled = np.full((channels, -(-count // side) * side), np.nan, np.float32)
    filled[:, :count] = line[:, 0]
    return filled.reshape(channels, -1, side)
