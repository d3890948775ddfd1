"""What `--mask` says: a file, a pattern, or what k-space's own file holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..files.kspace.samples import KSpace
    from ..workflows.mri.study import Undersampling


def choose_undersampling(mask: str | None, ratio: float, seed: int, measured: KSpace) -> Undersampling:
    """Tell a pattern from a file; without either, the mask that k-space's own file holds is taken."""
    from ..files.masks import fit_mask, read_mask
    from ..workflows.mri.masks import as_pattern
    from ..workflows.mri.study import Undersampling

    if mask is None:
        return Undersampling(measured.mask)
    pattern = as_pattern(mask)
    if pattern:
        return Undersampling(None, pattern, ratio, seed)
    height, width = measured.samples.shape[2:]
    return Undersampling(fit_mask(read_mask(Path(mask)), height, width, mask))


def mask_to_simulate(
    mask: str, ratio: float, seed: int, height: int, width: int, centred: bool
) -> NDArray[np.bool_]:
    """Return the mask of a pattern or a file for full k-space, `(height, width)`."""
    from ..files.masks import fit_mask, read_mask
    from ..workflows.mri.masks import as_pattern, generate_mask

    pattern = as_pattern(mask)
    if pattern:
        return generate_mask(pattern, height, width, ratio, seed, centred)
    return fit_mask(read_mask(Path(mask)), height, width, mask)
