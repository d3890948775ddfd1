"""PSNR on the paper's brain image beside its Table 2, each with parameters tuned for the image.

    python benchmarks/table_brain.py [--models sigma25-mean-free ...]

(beta, lam) by a climb that takes 40 iterations a point; the best point is then solved to a certified gap of
1e-3. Total variation with the box is tuned likewise. Results are kept in brain_table.json, so that the
script goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any

import torch
from brain import MASKS, NOISE, Brain, measure_brain

from recon_cli.models.registry import bundled, find_dictionary
from recon_cli.models.tuned import Tuned
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.priors.one_parameter import OneParameter
from recon_cli.priors.prior import Prior
from recon_cli.priors.total_variation import TotalVariationPrior
from recon_cli.priors.zero_filling import ZeroFilling
from recon_cli.quality.metrics import psnr
from recon_cli.reconstruction import reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.mri.measurement import measure as measurement_of
from recon_cli.workflows.mri.noise import KSpaceNoise
from recon_cli.workflows.tune.climb import climb

STORE = Path(__file__).with_name("brain_table.json")
PAPER = {
    "zero-filling": (24.01, 21.66),
    "total variation": (29.46, 24.43),
    "sigma5-fixed-mean": (30.33, 24.78),
    "sigma5-mean-free": (31.05, 25.21),
    "sigma25-fixed-mean": (30.47, 25.11),
    "sigma25-mean-free": (31.27, 25.48),
    "sigma25-minimum": (math.nan, math.nan),
    "sigma25-reweighted": (math.nan, math.nan),
    "adaptive": (math.nan, math.nan),
}
_START = Tuned(0.06, 1.25e-4)
_WORTH = 0.005
"""Least gain of a move, in dB, of models that minimise twice: at equal beta * lam they would go far."""


def measure(name: str, brain: Brain) -> dict[str, Any]:
    """Return PSNR, parameters and what the solver says of one row and mask."""
    model = find_dictionary(name, 25) if name in bundled("dictionary") else None
    told = model is not None and model.reweighting is not None and model.reweighting.network is not None
    noise = KSpaceNoise(NOISE, None, "") if told else None
    measurement = measurement_of(brain.samples, brain.mask, fft="uncentered", noise=noise)

    def score(prior: Prior, most: int = 10_000) -> float:
        done = reconstruct(measurement, prior, Solver(max_iterations=most))
        return psnr(done.image[0], brain.clean)

    if name == "zero-filling":
        return {"psnr": score(ZeroFilling())}
    if name == "total variation":
        weight, value = climb(OneParameter("weight", 0.02), lambda w: score(TotalVariationPrior(w.value)))
        return {"psnr": value, "weight": weight.value}
    assert model is not None
    prior, twice = DictionaryPrior(model), model.reweighting is not None
    start = prior.usual("mri", measurement.sigma, "full", measurement.weight) if twice else _START
    best, _ = climb(start, lambda point: score(prior.at(point), 40), worth=_WORTH if twice else 0.0)
    done = reconstruct(measurement, prior.at(best))
    return {
        "psnr": psnr(done.image[0], brain.clean),
        "beta": best.beta,
        "lam": best.lam,
        "gap": done.gap,
        "iterations": done.iterations,
    }


def main() -> None:
    """Fill the table and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--models", nargs="+", default=list(PAPER), choices=list(PAPER))
    arguments = parser.parse_args()
    table: dict[str, Any] = json.loads(STORE.read_text("utf-8")) if STORE.exists() else {}
    for name in arguments.models:
        for pattern in MASKS:
            key = f"{name} {pattern}"
            if key not in table:
                with torch.inference_mode():
                    table[key] = measure(name, measure_brain(pattern))
                print(key, table[key], flush=True)
                STORE.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", "utf-8")
    print("| PSNR in dB | radial | paper | Cartesian | paper |\n|---|---|---|---|---|")
    for name in arguments.models:
        ours = [table[f"{name} {pattern}"]["psnr"] for pattern in MASKS]
        theirs = ["" if math.isnan(value) else f"{value:.2f}" for value in PAPER[name]]
        cells = [f"{mine:.2f} | {paper}" for mine, paper in zip(ours, theirs, strict=True)]
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
