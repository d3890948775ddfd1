"""Find the ratios of parameter to noise of the simple methods at some noise levels.

    python benchmarks/calibrate_methods.py [--side 128] [--levels 25 ...] [--methods tv ...]

On the middles of Set12, best mean PSNR, by a climb. What it prints goes into
`src/recon_cli/workflows/methods/ratios.py`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from baseline import SHARED
from numpy.typing import NDArray
from set12 import noisy_set12

from recon_cli.quality.metrics import mean_psnr
from recon_cli.workflows.calibrate import climb
from recon_cli.workflows.methods.method import Method
from recon_cli.workflows.methods.one_parameter import OneParameter
from recon_cli.workflows.methods.scikit import NonLocalMeans, Wavelets
from recon_cli.workflows.methods.total_variation import TotalVariation
from recon_cli.workflows.training.validation import middles

LEVELS = (1, 2, 5, 10, 15, 25, 35, 50)
METHODS: dict[str, Callable[[float], Method]] = {
    "tv": TotalVariation,
    "nlm": NonLocalMeans,
    "wavelet": Wavelets,
}
Images = NDArray[np.float32]


def best_ratio(
    make: Callable[[float], Method], clean: Images, noisy: Images, sigma: float, start: float
) -> tuple[float, float]:
    """Return the ratio and its mean PSNR in dB, from the best of the level before on."""

    def score(strength: OneParameter) -> float:
        done = make(strength.value * sigma / 255).denoise(noisy, sigma)
        return mean_psnr(done.images, clean)

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
            every = noisy_set12(SHARED / "data" / "set12", sigma)
            clean, noisy = (middles([pair[k] for pair in every], arguments.side) for k in (1, 2))
            start, value = best_ratio(METHODS[name], clean, noisy, sigma, start)
            ratios[float(sigma)] = round(start, 3)
            print(f"# {name} sigma {sigma:g}: {start:.3f}, {value:.2f} dB", flush=True)
        print(f"{name.upper()} = {ratios}")


if __name__ == "__main__":
    main()
