"""Which samples of k-space are used, and which frames have any."""

from __future__ import annotations

from dataclasses import dataclass
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
    """Which samples are used.

    Attributes:
        mask: `(height, width)`, or one for each frame, or None.
        pattern: of a generated mask, in place of `mask`; without either, exact zeros were not sampled.
        ratio: share of the samples of a generated mask.
        seed: of its chance.
    """

    mask: NDArray[np.bool_] | None = None
    pattern: Pattern | None = None
    ratio: float = 0.3
    seed: int = 0


@dataclass(frozen=True)
class ChosenMask:
    """The mask that the user chose, for k-space of any size; without one, that of each file.

    Attributes:
        read: the content of a file, which `fit_mask` brings to the size of k-space, or None.
        name: of that file.
        pattern: of a generated mask, in place of `read`.
        ratio: share of its samples.
        seed: of its chance.
    """

    read: NDArray[np.bool_] | None = None
    name: str = ""
    pattern: Pattern | None = None
    ratio: float = 0.3
    seed: int = 0

    def of(self, measured: KSpace) -> Undersampling:
        """Return which samples of a file are used.

        Raises:
            ReconError: when the mask has another size.
        """
        if self.pattern:
            return Undersampling(None, self.pattern, self.ratio, self.seed)
        if self.read is None:
            return Undersampling(measured.mask)
        frames, _, height, width = measured.samples.shape
        return Undersampling(fit_mask(self.read, height, width, self.name, frames))


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
