"""What `--mask` and `--maps` say: a file, a word, or what k-space's own file holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

from ..arguments import closest
from ..errors import ReconError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..workflows.mri.masks import Pattern
    from ..workflows.mri.sampling import Undersampling
    from ..workflows.mri.study import Maps


def pattern_of(mask: str) -> Pattern | None:
    """Return the pattern of this name, or None where it is a file.

    Raises:
        ReconError: when it is neither, and nearly the name of a pattern.
    """
    from ..workflows.mri.masks import Pattern, as_pattern

    pattern, place = as_pattern(mask), Path(mask)
    close = closest(mask, get_args(Pattern))
    if pattern is None and close and not (place.exists() or place.with_name(f"{mask}.cfl").exists()):
        raise ReconError(f"--mask {mask} is no file and no pattern; did you mean {close}?", 2)
    return pattern


def choose_mask(mask: str | None, ratio: float, seed: int) -> Undersampling:
    """Tell a pattern from a file, which is read.

    Raises:
        ReconError: as `pattern_of`, and when the file holds no mask.
    """
    from ..files.masks import read_mask
    from ..workflows.mri.sampling import Undersampling

    if mask is None:
        return Undersampling()
    pattern = pattern_of(mask)
    return Undersampling(None if pattern else read_mask(Path(mask)), pattern, ratio, seed, mask)


def choose_maps(maps: str | None) -> Maps:
    """Tell `auto` from a file, which is read.

    Raises:
        ReconError: when the file holds no coil maps.
    """
    from ..files.coil_maps import read_maps

    if maps is None:
        return None
    return "auto" if maps == "auto" else read_maps(Path(maps))


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
