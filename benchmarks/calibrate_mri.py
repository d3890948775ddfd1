"""Tune (beta, lam) of MRI for a dictionary, on k-space simulated from Set12, and store them in its file.

    python benchmarks/calibrate_mri.py DICTIONARY.safetensors [--pictures 7]

Up to seven pictures of 256 x 256 pixels, 30 % of k-space by radial lines and by Cartesian columns, noise
10 of 255. The search takes 40 iterations a point.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from baseline import SHARED

from recon_cli.files.images import read_image
from recon_cli.models.dictionary import Dictionary, load_dictionary, save_dictionary
from recon_cli.models.tuned import Tuned
from recon_cli.reporting.metrics import psnr
from recon_cli.workflows.calibrate import DIRECTIONS, climb
from recon_cli.workflows.mri.masks import generate_mask
from recon_cli.workflows.mri.reconstruct import MriOptions, reconstruct
from recon_cli.workflows.mri.simulate import simulate

_START = Tuned(0.06, 1.25e-4)
_NOISE, _RATIO, _ITERATIONS = 10, 0.3, 40


def mean_psnr(dictionary: Dictionary, point: Tuned, pictures: int) -> float:
    """Return the mean over pictures and masks in dB."""
    options = MriOptions(beta=point.beta, lam=point.lam, max_iterations=_ITERATIONS)
    scores = []
    every = [read_image(path).pixels for path in sorted((SHARED / "data" / "set12").glob("*.png"))]
    for seed, clean in enumerate([image for image in every if image.shape == (256, 256)][:pictures]):
        for pattern in ("radial", "cartesian"):
            mask = generate_mask(pattern, *clean.shape, _RATIO, seed)  # type: ignore[arg-type]
            samples = simulate(clean, mask, _NOISE, seed=seed)
            scores.append(psnr(reconstruct(samples[None], mask, dictionary, options).image, clean))
    return sum(scores) / len(scores)


def main() -> None:
    """Tune and store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("dictionary", type=Path)
    parser.add_argument("--pictures", type=int, default=7)
    arguments = parser.parse_args()
    dictionary = load_dictionary(arguments.dictionary)
    best, score = climb(
        dictionary.tuned.get("mri-full", _START),
        lambda point: mean_psnr(dictionary, point, arguments.pictures),
        DIRECTIONS["full"],
        callback=lambda p, v: print(f"  {p} {v:.3f}", flush=True),
    )
    rounded = Tuned(float(f"{best.beta:.3g}"), float(f"{best.lam:.3g}"))
    print(f"{dictionary.name}: {rounded.as_json()} {score:.3f} dB", flush=True)
    save_dictionary(arguments.dictionary, replace(dictionary, tuned=dictionary.tuned | {"mri-full": rounded}))


if __name__ == "__main__":
    main()
