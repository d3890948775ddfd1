"""Coil maps by our ESPIRiT beside BART's `ecalib`, as a table.

    python benchmarks/coil_maps.py

Both see the same square in the middle of k-space: samples beside it are zero for `ecalib`, which else takes
its square a row aside where all rows are complete. The distance between maps, each of unit length and turned
to the same phase, is given where the eigenvalue is at least 0.98: mean, and the largest of 99 % of the
pixels. The processor seconds of BART have its start in them.
"""

from __future__ import annotations

import numpy as np
import torch
from bart import bart
from mri_scenes import Scene
from mri_simulated import timed
from numpy.typing import NDArray

from recon_cli.workflows.mri.espirit import espirit

_SIDE, _NEAR_ONE = 20, 0.98
SCENES = (
    Scene("t1", (128, 128), "cartesian", 2, 8, 0.0),
    Scene("t1", (256, 256), "cartesian", 4, 8, 0.01),
    Scene("b0-3", (96, 96), "poisson", 4, 8, 0.02),
    Scene("brain", (128, 128), "cartesian", 4, 16, 0.02),
)


def by_bart(samples: NDArray[np.complex64]) -> NDArray[np.generic]:
    """Return maps of `(coils, height, width)`."""
    rows, cols = _square(samples.shape[1:])
    alone = np.zeros_like(samples)
    alone[:, rows, cols] = samples[:, rows, cols]
    axes = np.moveaxis(alone, 0, -1)[:, :, None]
    return np.moveaxis(bart(f"ecalib -m1 -r{_SIDE}", axes).squeeze(2), -1, 0)


def _square(shape: tuple[int, ...]) -> tuple[slice, ...]:
    return tuple(slice(length // 2 - _SIDE // 2, length // 2 + _SIDE // 2) for length in shape)


def main() -> None:
    """Print the rows."""
    torch.set_num_threads(1)
    print("| | pixels | mean | 99 % below | seconds | BART |\n|---|---|---|---|---|---|")
    for scene in SCENES:
        rows, cols = _square(scene.shape)
        square = torch.from_numpy(np.ascontiguousarray(scene.samples[:, rows, cols]))
        values = espirit(square, scene.shape)[1][0].numpy()
        ours, spent = timed(lambda square=square, scene=scene: espirit(square, scene.shape)[0][0].numpy())  # type: ignore[misc]
        theirs, long = timed(lambda scene=scene: by_bart(scene.samples))  # type: ignore[misc]
        near = (values >= _NEAR_ONE) & theirs.any(0)
        one, other = (maps[:, near].astype(np.complex128) for maps in (ours, theirs))
        one, other = (maps / np.linalg.norm(maps, axis=0) for maps in (one, other))
        along = (other.conj() * one).sum(0)
        off = np.linalg.norm(one - other * (along / np.abs(along)), axis=0)
        cells = f"{near.sum()} | {off.mean():.1e} | {np.quantile(off, 0.99):.1e} | {spent:.2f} | {long:.2f}"
        print(f"| {scene.name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
