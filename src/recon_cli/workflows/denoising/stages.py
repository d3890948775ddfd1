"""A picture on its way through `recon denoise`: what was read, and what was solved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ...files.images.channels import Spans
    from ...files.images.holes import Holes
    from ...files.images.picture import Format, Picture
    from ...reconstruction import Reconstruction
    from .noise import White


@dataclass(frozen=True)
class LoadedPicture:
    """A picture that was read.

    Attributes:
        picture: as its file stores it, with as many pixels as the result.
        said: what its file holds, in words.
        spans: what is mapped to [0, 1] in each channel, and within which values results stay.
        planes: `(planes, channels, height, width)`, float32, intensities in [0, 1] up to noise.
        holes: pixels without data, in place of which the planes have means of those around; or None.
        white: the same with white noise of known levels.
        clean: the reference, of the same shape.
        format: of the result.
        dtype: of the result.
        warnings: sentences for the user.
        others: further images of the file that are solved.
        kept: those that are written as they are, by their numbers.
    """

    picture: Picture
    said: str
    spans: Spans
    planes: NDArray[np.float32]
    holes: Holes | None
    white: White
    clean: NDArray[np.float32] | None
    format: Format
    dtype: np.dtype[Any]
    warnings: tuple[str, ...] = ()
    others: tuple[LoadedPicture, ...] = ()
    kept: Mapping[int, Picture] = field(default_factory=dict)


class BeforeAndAfter(NamedTuple):
    """What a figure is drawn of: `(planes, channels, height, width)` each, float32, in [0, 1] up to noise.

    Attributes:
        noisy: the input, on the grid of the result.
        result: after denoising.
        reference: the clean image, where there is one.
        name: of the input, for titles.
        residual: of the middle plane, see `residual_of`, for a report; None where there is none.
        is_volume: whether the planes lie behind each other in space.
    """

    noisy: NDArray[np.float32]
    result: NDArray[np.float32]
    reference: NDArray[np.float32] | None
    name: str = "noisy"
    residual: NDArray[np.float32] | None = None
    is_volume: bool = False


@dataclass(frozen=True)
class DenoisedPicture:
    """A denoised picture.

    Attributes:
        said: the input in words, and how its values were understood.
        spans: what was mapped to [0, 1] in each channel, and within which values the result stays.
        sigmas: noise level of each plane and colour, of 255, `(planes, channels)`; 0 where it was
            left as it is.
        result: the planes with white noise after denoising, and how they came about.
        picture: what is written; its name is the input's.
        format: in which.
        scores: PSNR in dB and SSIM, of the result and of the input, where there is a reference.
        stages: for a figure or a report, where one is asked for.
        holes: how many pixels held no data, or wrong ones.
        hot_pixels: how many of them were hot or dead.
        parts: of a file of several images each that was solved, this one as the first; `result` is then about
            all of them.
        kept: numbers of those that are written as they are.
    """

    said: str
    spans: Spans
    sigmas: NDArray[np.float64]
    result: Reconstruction
    picture: Picture
    format: Format
    scores: tuple[tuple[float, float], tuple[float, float]] | None
    stages: BeforeAndAfter | None = None
    holes: int = 0
    hot_pixels: int = 0
    parts: tuple[DenoisedPicture, ...] = ()
    kept: tuple[int, ...] = ()
