"""Find the ratios of parameter to noise of the simple methods at some noise levels.

    python benchmarks/calibrate_methods.py [--side 128] [--levels 25 ...] [--methods tv ...]

On the middles of Set12, best mean PSNR, by a climb. What it prints goes into
`src/recon_cli/priors/one_parameter.py`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from set12 import middle_cases

from recon_cli.priors.one_parameter import OneParameter
from recon_cli.priors.prior import Prior
from recon_cli.priors.scikit import NonLocalMeans, Wavelets
from recon_cli.priors.total_variation import TotalVariationPrior
from recon_cli.solver import Solver
from recon_cli.workflows.tune.case import Case
from recon_cli.workflows.tune.climb import climb

LEVELS = (1, 2, 5, 10, 15, 25, 35, 50)
METHODS: dict[str, Callable[[float], Prior]] = {
    "tv": TotalVariationPrior,
    "nlm": NonLocalMeans,
    "wavelet": Wavelets,
}


def best_ratio(make: Callable[[float], Prior], case: Case, sigma: float, start: float) -> tuple[float, float]:
    """Return the ratio and its mean PSNR in dB, from the best of the level before on."""

    def score(strength: OneParameter) -> float:
        return float(np.mean(case.evaluate(make(strength.value * sigma / 255), Solver()).psnrs))

    best, value = climb(OneParameter("ratio", start), score, [(1,)], ratios=(1.3, 1.1, 1.04))
    return best.value, value


def main() -> None:
    """Print a table for each method."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--side", type=int, default=64, help="side of the middles in pixels")
    parser.add_argument("--levels", nargs="+", type=float, default=LEVELS)
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    arguments = parser.parse_args()
    for name in arguments.methods:
        start, ratios = 0.8, {}
        for sigma in arguments.levels:
            (case,) = middle_cases(sigma, arguments.side)
            start, value = best_ratio(METHODS[name], case, sigma, start)
            ratios[float(sigma)] = round(start, 3)
            print(f"# {name} sigma {sigma:g}: {start:.3f}, {value:.2f} dB", flush=True)
        print(f"{name.upper()} = {ratios}")


if __name__ == "__main__":
    main()
