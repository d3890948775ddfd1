"""Tune (lam, mu) of a ridge regulariser at many noise levels, on the middles of Set12, and store them.

    python benchmarks/calibrate_ridge.py RIDGE.safetensors [--sigmas ...] [--side 64] [--missing]

A search begins where the law of scales leads from the training's level, and what it gains over that is
printed. Each level is written as soon as it is found; those that are stored are passed over with --missing.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from calibrate_levels import LEVELS
from set12 import middle_cases

from recon_cli.models.ridge import Strength, load_ridge, save_ridge
from recon_cli.models.tuned import Level
from recon_cli.priors.ridge import RidgePrior
from recon_cli.workflows.calibrate import calibrate, climbing_solver


def main() -> None:
    """Tune and store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("ridge", type=Path)
    parser.add_argument("--sigmas", nargs="+", type=float, default=list(LEVELS))
    parser.add_argument("--side", type=int, default=64, help="side of the middles in pixels")
    parser.add_argument("--missing", action="store_true", help="keep what is stored already")
    arguments = parser.parse_args()
    ridge = load_ridge(arguments.ridge)
    found = {level.sigma: level for level in ridge.levels} if arguments.missing else {}
    for sigma in arguments.sigmas:
        if sigma in found:
            continue
        prior, cases = RidgePrior(ridge), middle_cases(sigma, arguments.side)
        start = ridge.tuned["denoise"].at(sigma / ridge.sigma)
        seen: dict[Strength, float] = {}
        best, score = calibrate(cases, prior, climbing_solver(prior), start, callback=seen.__setitem__)
        rounded = Strength(float(f"{best.lam:.3g}"), float(f"{best.mu:.3g}"))
        found[sigma] = Level(sigma, rounded, round(score, 4))
        save_ridge(arguments.ridge, replace(ridge, levels=tuple(found[s] for s in sorted(found))))
        gain = score - seen[start]
        print(f"sigma {sigma:g}: {rounded.as_json()} {score:.3f} dB, {gain:.3f} dB above the law", flush=True)


if __name__ == "__main__":
    main()
