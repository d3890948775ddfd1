"""What each bundled model gives: PSNR at four noise levels, time and certificate.

    python benchmarks/table_models.py [--side 64] [MODEL ...]

PSNR on the middles of Set12 by the certified minimum, with the parameters that each model takes by itself; a
dash where it has none. Seconds, iterations and gap are of the first picture of Set12 at sigma 25, or at the
level of a model that has no parameters there. MODEL is a bundled name or a file; all of them if left out.
"""

from __future__ import annotations

import argparse

import numpy as np
from baseline import SHARED
from set12 import middle_cases, noisy_set12

from recon_cli.errors import MissingParametersError
from recon_cli.models.registry import kind_of_model, manifest
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.priors.prior import Prior
from recon_cli.priors.ridge import RidgePrior
from recon_cli.reconstruction import reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.tune.denoising import noisy_images

SIGMAS = (5, 15, 25, 50)
SET12 = SHARED / "data" / "set12"


def prior_of(model: str) -> Prior:
    """Return a model as a prior."""
    return DictionaryPrior(model) if kind_of_model(model) == "dictionary" else RidgePrior(model)


def score(model: str, sigma: float, side: int) -> str:
    """Return the mean PSNR on the middles, as a cell."""
    (case,) = middle_cases(sigma, side)
    try:
        return f"{np.mean(case.evaluate(prior_of(model), Solver()).psnrs):.2f}"
    except MissingParametersError:
        return "-"


def cost(model: str) -> str:
    """Return seconds, iterations and gap on a whole picture, as cells."""
    for sigma in (25.0, manifest()[model]["sigma"] if model in manifest() else 25.0):
        _, _, noisy = noisy_set12(SET12, sigma)[0]
        try:
            done = reconstruct(noisy_images(noisy[None], sigma), prior_of(model))
        except MissingParametersError:
            continue
        return f"{done.seconds:.1f} s | {done.iterations} | {done.gap:.0e}"
    return " | | "


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("models", nargs="*", default=list(manifest()))
    parser.add_argument("--side", type=int, default=64, help="side of the middles in pixels")
    arguments = parser.parse_args()
    print("| model | " + " | ".join(f"{sigma}" for sigma in SIGMAS) + " | 256 x 256 | iterations | gap |")
    print("|---|" + "---|" * (len(SIGMAS) + 3))
    for model in arguments.models:
        cells = [score(model, sigma, arguments.side) for sigma in SIGMAS]
        print(f"| {model} | " + " | ".join(cells) + f" | {cost(model)} |", flush=True)


if __name__ == "__main__":
    main()
