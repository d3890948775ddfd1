"""Which samples of k-space are used, and which frames have any."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ...files.masks import fit_mask
from .acquisition import check_full, zeros_as_mask
from .masks import Pattern, generate_mask

if TYPE_CHECKING:
    from ...files.kspace.samples import KSpace

_NAMED = 5
"""Blank frames that are listed."""


@dataclass(frozen=True)
class Undersampling:
    """Which samples are used, of all k-space or of that of one file.

    Attributes:
        mask: `(height, width)`, or one for each frame, or None; before `of` as a file holds it.
        pattern: of a generated mask, in place of `mask`; without either, exact zeros were not sampled.
        ratio: share of the samples of a generated mask.
        seed: of its chance.
        name: of the file of the mask.
    """

    mask: NDArray[np.bool_] | None = None
    pattern: Pattern | None = None
    ratio: float = 0.3
    seed: int = 0
    name: str = ""

    def of(self, measured: KSpace) -> Undersampling:
        """Return which samples of a file are used; without a mask or a pattern those that it names itself.

        Raises:
            ReconError: when the mask has another size.
        """
        if self.pattern:
            return self
        if self.mask is None:
            return replace(self, mask=measured.mask)
        frames, _, height, width = measured.samples.shape
        return replace(self, mask=fit_mask(self.mask, height, width, self.name, frames))


def masks_of(
    samples: NDArray[np.complex64], undersampling: Undersampling, centred: bool
) -> NDArray[np.bool_]:
    """Return the masks of frames, `(frames, height, width)`, or `(1, height, width)` for all.

    Args:
        samples: `(frames, coils, height, width)`.
        undersampling: which samples are used.
        centred: whether the origin is in the middle.

    Raises:
        ReconError: when a mask would undersample what is undersampled already, or nothing is sampled.
    """
    height, width = samples.shape[2:]
    if undersampling.mask is not None:
        masks = undersampling.mask.reshape(-1, height, width)
    elif undersampling.pattern is not None:
        for frame in filter(np.any, samples):
            check_full(frame, undersampling.pattern)
        pattern, ratio, seed = undersampling.pattern, undersampling.ratio, undersampling.seed
        masks = generate_mask(pattern, height, width, ratio, seed, centred)[None]
    else:
        masks = np.stack([zeros_as_mask(frame) for frame in samples])
        if (masks == masks[0]).all():
            masks = masks[:1]
    if not masks.any():
        raise ReconError("k-space was not sampled at all")
    return masks


def blank_frames(samples: NDArray[np.complex64], masks: NDArray[np.bool_]) -> tuple[int, ...]:
    """Return the frames without energy under their mask.

    Args:
        samples: `(frames, coils, height, width)`.
        masks: as `masks_of` gives them.

    Raises:
        ReconError: when that is all of them.
    """
    each = np.broadcast_to(masks, (len(samples), *masks.shape[1:]))
    blank = tuple(frame for frame, mask in enumerate(each) if not np.any(samples[frame], 0)[mask].any())
    if len(blank) == len(samples):
        raise ReconError("k-space holds no energy under the mask")
    return blank


def blank_words(blank: tuple[int, ...], frames: int) -> str:
    """Return a sentence that names the blank ones of some frames, or nothing without any."""
    if not blank:
        return ""
    several, first = len(blank) > 1, ", ".join(str(frame + 1) for frame in blank[:_NAMED])
    more = " and others" if len(blank) > _NAMED else ""
    return (
        f"frame{'s' if several else ''} {first}{more} of {frames} hold{'' if several else 's'} no samples; "
        f"{'their images are' if several else 'its image is'} zero"
    )
