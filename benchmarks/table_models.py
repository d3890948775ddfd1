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
from set12 import noisy_set12

from recon_cli.errors import MissingParametersError
from recon_cli.models.registry import kind_of_model, manifest
from recon_cli.quality.metrics import mean_psnr
from recon_cli.workflows.denoising.denoise import DenoiseOptions
from recon_cli.workflows.methods.method import Method
from recon_cli.workflows.methods.model import PatchModel
from recon_cli.workflows.methods.ridge import ConvexRidge
from recon_cli.workflows.training.validation import middles

SIGMAS = (5, 15, 25, 50)
SET12 = SHARED / "data" / "set12"


def method_of(model: str) -> Method:
    """Return the solver of a model's minimum."""
    kind = PatchModel if kind_of_model(model) == "dictionary" else ConvexRidge
    return kind(DenoiseOptions(), model)


def score(model: str, sigma: float, side: int) -> str:
    """Return the mean PSNR on the middles, as a cell."""
    pairs = noisy_set12(SET12, sigma)
    clean, noisy = (middles([pair[i] for pair in pairs], side) for i in (1, 2))
    try:
        return f"{mean_psnr(method_of(model).denoise(noisy, sigma).images, clean):.2f}"
    except MissingParametersError:
        return "-"


def cost(model: str) -> str:
    """Return seconds, iterations and gap on a whole picture, as cells."""
    for sigma in (25.0, manifest()[model]["sigma"] if model in manifest() else 25.0):
        _, _, noisy = noisy_set12(SET12, sigma)[0]
        try:
            done = method_of(model).denoise(np.ascontiguousarray(noisy[None]), sigma)
        except MissingParametersError:
            continue
        return f"{done.seconds:.1f} s | {done.result.iterations} | {done.result.gap:.0e}"
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
