"""MRI of photographs with one coil by every method at its defaults, in the whole and in the interior.

    python benchmarks/mri_one_coil.py [--threads 1]

Photographs of 128 x 128 pixels are not periodic, as k-space takes them to be, so that their borders are the
hard part; the interior leaves 16 pixels out. Three tenths of k-space, noise of 10 grey levels. PSNR in dB,
processor seconds in parentheses.
"""

from __future__ import annotations

import argparse

import numpy as np
import torch
from mri_scenes import picture
from mri_simulated import timed
from numpy.typing import NDArray

from recon_cli.priors.choosing import NAMES, choose_prior
from recon_cli.quality.metrics import psnr
from recon_cli.solver import Solver
from recon_cli.workflows.mri.frames import reconstruct_kspace
from recon_cli.workflows.mri.masks import Pattern, generate_mask
from recon_cli.workflows.mri.simulate import simulate
from recon_cli.workflows.mri.study import Undersampling, prepare

SHAPE, RATIO, NOISE, BORDER = (128, 128), 0.3, 10.0, 16
PATTERNS: tuple[Pattern, ...] = ("radial", "cartesian")


def reconstructed(samples: NDArray[np.complex64], method: str) -> NDArray[np.generic]:
    """Return the image that a user gets with a method."""
    study = prepare(samples[None, None], Undersampling())
    return np.asarray(reconstruct_kspace(study, choose_prior(method, "mri"), Solver()).result.image)[0]


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    methods, inside = NAMES["mri"], (slice(BORDER, -BORDER),) * 2
    print(f"| | {' | '.join(methods)} |\n|{'---|' * (len(methods) + 1)}")
    for name in ("camera", "astronaut"):
        clean = picture(name, SHAPE).astype(np.float32)
        for pattern in PATTERNS:
            mask = generate_mask(pattern, *SHAPE, RATIO, 0)
            samples = simulate(clean, mask, NOISE, seed=0)
            cells = []
            for method in methods:
                image, spent = timed(lambda samples=samples, method=method: reconstructed(samples, method))  # type: ignore[misc]
                image = np.abs(image)
                cells.append(
                    f"{psnr(image, clean):.2f}, {psnr(image[inside], clean[inside]):.2f} ({spent:.1f})"
                )
            print(f"| {name}, {pattern} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
