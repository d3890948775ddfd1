"""PSNR over the noise level, with what `recon denoise` chooses by itself, beside total variation.

    python benchmarks/table_levels.py [--side 128] [--modes ...]

On the middles of Set12. The weight of total variation is tuned at each level on the same images, so that it
has an advantage. Rows are kept in levels_table.json, so that an interrupted run goes on; the table is
printed as Markdown. With --tuned the parameters at levels between those of the table are searched for as
well, which says what interpolation loses.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import get_args

import numpy as np
from calibrate_levels import DIRECTIONS, LEVELS
from set12 import middle_cases

from recon_cli.models.registry import find_dictionary
from recon_cli.models.tuned import Tuned
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.priors.prior import Prior
from recon_cli.priors.total_variation import TotalVariationPrior
from recon_cli.solver import Mode, Solver
from recon_cli.workflows.calibrate import calibrate, climbing_solver

BETWEEN = (4, 8, 13.7, 22, 35)


def score_of(prior: Prior, sigma: float, side: int, solver: Solver) -> float:
    """Return the mean PSNR on the middles."""
    (case,) = middle_cases(sigma, side)
    return float(np.mean(case.evaluate(prior, solver).psnrs))


def by_total_variation(sigma: float, side: int) -> float:
    """Return the best mean PSNR over the weight, by golden section in its logarithm."""

    def score(weight: float) -> float:
        return score_of(TotalVariationPrior(math.exp(weight)), sigma, side, Solver())

    low, high = (math.log(share * sigma / 255) for share in (0.2, 2))
    golden = (math.sqrt(5) - 1) / 2
    inner = [high - golden * (high - low), low + golden * (high - low)]
    scores = [score(weight) for weight in inner]
    for _ in range(8):
        if scores[0] > scores[1]:
            high, inner = inner[1], [inner[1] - golden * (inner[1] - low), inner[0]]
            scores = [score(inner[0]), scores[0]]
        else:
            low, inner = inner[0], [inner[1], inner[0] + golden * (high - inner[0])]
            scores = [scores[1], score(inner[1])]
    return max(scores)


def by_model(sigma: float, side: int, mode: Mode) -> float:
    """Return the mean PSNR with interpolated parameters."""
    return score_of(DictionaryPrior(), sigma, side, Solver(mode))


def row_key(mode: Mode, sigma: float) -> str:
    """Return the name of a row, with the dictionary that is taken there."""
    return f"{mode} {sigma:g} {find_dictionary(None, sigma, mode).name}"


def loss(sigma: float, side: int, mode: Mode) -> float:
    """Return what interpolated parameters lose against a search from them at this level, in dB."""
    prior = DictionaryPrior().read("denoise", sigma, mode)
    start = prior.usual("denoise", sigma, mode)
    best, _ = calibrate(
        middle_cases(sigma, side), prior, climbing_solver(prior, mode), start,
        ratios=(1.3, 1.1, 1.04), directions=DIRECTIONS[mode],
    )  # fmt: skip

    def score(tuned: Tuned) -> float:
        return score_of(prior.at(tuned), sigma, side, Solver(mode, tuned.tol))

    return score(best) - score(start)  # both at the usual tolerance, which the search does not wait for


def main() -> None:
    """Fill the table and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--side", type=int, default=128, help="side of the middles in pixels")
    parser.add_argument("--modes", nargs="+", default=list(get_args(Mode)), choices=get_args(Mode))
    parser.add_argument("--tuned", action="store_true")
    parser.add_argument("--log", type=Path, default=Path(__file__).with_name("levels_table.json"))
    arguments = parser.parse_args()
    rows: dict[str, float] = json.loads(arguments.log.read_text()) if arguments.log.exists() else {}

    def keep(key: str, value: float) -> None:
        rows[key] = round(value, 4)
        arguments.log.write_text(json.dumps(rows, indent=1))
        print(key, rows[key], flush=True)

    side = arguments.side
    for mode in arguments.modes:
        for sigma in BETWEEN if arguments.tuned else LEVELS:
            key = f"{'loss ' if arguments.tuned else ''}{row_key(mode, sigma)}"
            if key not in rows:
                keep(key, (loss if arguments.tuned else by_model)(sigma, side, mode))
    if arguments.tuned:
        return
    for sigma in LEVELS:
        if (key := f"total variation {sigma:g}") not in rows:
            keep(key, by_total_variation(sigma, side))
    columns = ["total variation", *arguments.modes]
    print("\n| sigma | " + " | ".join(columns) + " |\n|" + "---|" * (1 + len(columns)))
    for sigma in LEVELS:
        keys = [f"total variation {sigma:g}", *(row_key(mode, sigma) for mode in arguments.modes)]
        cells = [f"{rows[key]:.2f}" for key in keys]
        print(f"| {sigma} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
