"""What `--mask` says: a file, a pattern, or what k-space's own file holds."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from ..errors import ReconError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..files.kspace.samples import KSpace
    from ..workflows.mri.masks import Pattern
    from ..workflows.mri.study import Undersampling


def pattern_of(mask: str) -> Pattern | None:
    """Return the pattern of this name, or None where it is a file.

    Raises:
        ReconError: when it is neither, and nearly the name of a pattern.
    """
    from ..workflows.mri.masks import Pattern, as_pattern

    pattern, place = as_pattern(mask), Path(mask)
    close = get_close_matches(mask, get_args(Pattern), 1)
    if pattern is None and close and not (place.exists() or place.with_name(f"{mask}.cfl").exists()):
        raise ReconError(f"--mask {mask} is no file and no pattern; the closest pattern is {close[0]}", 2)
    return pattern


def choose_undersampling(mask: str | None, ratio: float, seed: int, measured: KSpace) -> Undersampling:
    """Tell a pattern from a file; without either, the mask that k-space's own file holds is taken."""
    from ..files.masks import fit_mask, read_mask
    from ..workflows.mri.study import Undersampling

    if mask is None:
        return Undersampling(measured.mask)
    pattern = pattern_of(mask)
    if pattern:
        return Undersampling(None, pattern, ratio, seed)
    height, width = measured.samples.shape[2:]
    return Undersampling(fit_mask(read_mask(Path(mask)), height, width, mask))


def mask_to_simulate(
    mask: str, ratio: float, seed: int, height: int, width: int, centred: bool
) -> NDArray[np.bool_]:
    """Return the mask of a pattern or a file for full k-space, `(height, width)`."""
    from ..files.masks import fit_mask, read_mask
    from ..workflows.mri.masks import generate_mask

    pattern = pattern_of(mask)
    if pattern:
        return generate_mask(pattern, height, width, ratio, seed, centred)
    return fit_mask(read_mask(Path(mask)), height, width, mask)
