"""Mean PSNR of a ridge regulariser's minimum on Set12, with the noise of the other tables.

python benchmarks/ridge_set12.py RIDGE.safetensors [--sigma 25]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from baseline import SHARED
from set12 import noisy_set12

from recon_cli.models.ridge import load_ridge
from recon_cli.priors.ridge import RidgePrior
from recon_cli.quality.metrics import psnr
from recon_cli.reconstruction import reconstruct
from recon_cli.workflows.tune.denoising import noisy_images


def main() -> None:
    """Print a line an image, and their means."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("ridge", type=Path)
    parser.add_argument("--sigma", type=float)
    arguments = parser.parse_args()
    ridge = load_ridge(arguments.ridge)
    sigma = arguments.sigma or ridge.sigma
    rows = []
    for name, clean, noisy in noisy_set12(SHARED / "data" / "set12", sigma):
        done = reconstruct(noisy_images(noisy[None], sigma), RidgePrior(ridge))
        rows.append((psnr(done.image[0], clean), done.iterations, done.gap, done.seconds))
        score, iterations, gap, seconds = rows[-1]
        print(f"{name}  {score:.3f} dB  {iterations} iterations  gap {gap:.1e}  {seconds:.1f} s")
    means = [sum(values) / len(rows) for values in zip(*rows, strict=True)]
    print(f"mean  {means[0]:.3f} dB  {means[1]:.0f} iterations  {means[3]:.1f} s an image")


if __name__ == "__main__":
    main()
