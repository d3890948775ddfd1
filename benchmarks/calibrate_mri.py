"""Tune the parameters of MRI of a model, on k-space simulated from Set12, and store them in its file.

    python benchmarks/calibrate_mri.py MODEL.safetensors [--pictures 7]

Of a dictionary (beta, lam), of a ridge regulariser (lam, mu). Up to seven pictures
of 256 x 256 pixels, 30 % of k-space by radial lines and by Cartesian columns, noise 10 of 255.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from baseline import SHARED

from recon_cli.files.images import read_image
from recon_cli.models.dictionary import Dictionary, load_dictionary, save_dictionary
from recon_cli.models.ridge import Ridge, Strength, load_ridge, save_ridge
from recon_cli.models.tuned import Tuned
from recon_cli.models.weights import kind_of
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.priors.ridge import RidgePrior
from recon_cli.quality.scores import Reference
from recon_cli.solver import Solver
from recon_cli.workflows.calibrate import calibrate, climbing_solver
from recon_cli.workflows.mri.masks import generate_mask
from recon_cli.workflows.mri.measurement import measure
from recon_cli.workflows.mri.simulate import simulate
from recon_cli.workflows.tune.case import Case

_NOISE, _RATIO = 10, 0.3
_CHANGE = 5e-5
"""Relative change of the image at which a point of a ridge regulariser stops."""


def scans(pictures: int) -> list[Case]:
    """Return k-space of so many pictures with both masks."""
    every = [read_image(path) for path in sorted((SHARED / "data" / "set12").glob("*.png"))]
    made = []
    for seed, clean in enumerate([image for image in every if image.shape == (256, 256)][:pictures]):
        for pattern in ("radial", "cartesian"):
            mask = generate_mask(pattern, *clean.shape, _RATIO, seed)  # type: ignore[arg-type]
            measurement = measure(simulate(clean, mask, _NOISE, seed=seed)[None], mask)
            made.append(Case(measurement, Reference(clean[None], 1.0), "psnr"))
    return made


def tuned_dictionary(
    dictionary: Dictionary, every: Sequence[Case], say: Callable[[object, float], None]
) -> Dictionary:
    """Return the dictionary with the best parameters."""
    prior = DictionaryPrior(dictionary)
    start = prior.usual("mri", None, "settled")
    best, _ = calibrate(every, prior, Solver(), start, callback=say)
    rounded = Tuned(float(f"{best.beta:.3g}"), float(f"{best.lam:.3g}"))
    return replace(dictionary, tuned=dictionary.tuned | {("mri", "full"): rounded})


def tuned_ridge(ridge: Ridge, every: Sequence[Case], say: Callable[[object, float], None]) -> Ridge:
    """Return the regulariser with the best parameters."""
    prior = RidgePrior(ridge)
    solver = climbing_solver(prior, tolerance=_CHANGE)
    best, _ = calibrate(every, prior, solver, prior.usual("mri", None, "full"), callback=say)
    rounded = Strength(float(f"{best.lam:.3g}"), float(f"{best.mu:.3g}"))
    return replace(ridge, tuned=ridge.tuned | {"mri": rounded})


def main() -> None:
    """Tune and store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--pictures", type=int, default=7)
    arguments = parser.parse_args()
    place, every = arguments.model, scans(arguments.pictures)

    def say(point: object, value: float) -> None:
        print(f"  {point} {value:.3f}", flush=True)

    if kind_of(place, "model") == "ridge regulariser":
        ridge = tuned_ridge(load_ridge(place), every, say)
        save_ridge(place, ridge)
        print(f"{ridge.name}: {ridge.tuned['mri'].as_json()}", flush=True)
    else:
        dictionary = tuned_dictionary(load_dictionary(place), every, say)
        save_dictionary(place, dictionary)
        print(f"{dictionary.name}: {dictionary.tuned['mri', 'full'].as_json()}", flush=True)


if __name__ == "__main__":
    main()
