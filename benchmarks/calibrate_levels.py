"""Tune every mode of a bundled dictionary at many noise levels, on the middles of Set12.

    calibrate_levels.py [--models ...] [--modes ...] [--sigmas ...] [--side 64] [--as-trained]

Where lam hardly matters at equal beta * lam (the minimum) or moves with the tolerance (`early-stop`), lam
goes with the square root of sigma, and the rest is searched for. A search begins at the neighbouring level,
going outwards from the one that the dictionary was trained at. Finished searches are kept in a JSON file,
so that an interrupted run goes on. With --as-trained nothing is searched for: the parameters that the
training of a range of noise levels found are kept, and only measured, so that models can be compared.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from set12 import middle_cases

from recon_cli.models.dictionary import Dictionary
from recon_cli.models.registry import find_dictionary
from recon_cli.models.tuned import Tuned
from recon_cli.modes import Mode, strengths_mode
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.calibrate import calibrate, climbing_solver
from recon_cli.workflows.tune.case import Case
from recon_cli.workflows.tune.climb import Directions
from recon_cli.workflows.tune.evaluation import try_strengths

LEVELS = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50)
RATIOS = (1.4, 1.15, 1.05)
DIRECTIONS: dict[Mode, Directions | None] = {
    "settled": ((1, 0),),
    "early-stop": ((1, 0, 0), (0, 0, 1)),
    "unrolled": None,
}
LOG = Path(__file__).with_name("noise_levels.json")
Rows = dict[str, dict[str, float]]


def outwards(levels: Iterable[float], centre: float) -> list[tuple[float, float]]:
    """Return pairs of a level and the neighbour that its search begins at."""
    pairs = []
    for side in (sorted(s for s in levels if s >= centre), sorted(s for s in levels if s < centre)[::-1]):
        before = centre
        for sigma in side:
            pairs.append((sigma, before))
            before = sigma
    return pairs


def key(model: str, mode: str, sigma: float) -> str:
    """Return the name of a row of the log."""
    return f"{model} {strengths_mode(mode)} {sigma:g}"


def beginning(rows: Rows, dictionary: Dictionary, mode: Mode, sigma: float, before: float) -> Tuned:
    """Return the neighbour's parameters, moved as they usually go with the noise level."""
    known = rows.get(key(dictionary.name, mode, before))
    near = DictionaryPrior(dictionary).usual("denoise", dictionary.sigma, mode)
    if known:
        near = Tuned(**{name: value for name, value in known.items() if name != "psnr"})
    root = (sigma / before) ** 0.5
    return Tuned(near.beta * root, near.lam * root, near.tol and near.tol * root)


def measured(cases: list[Case], prior: DictionaryPrior, solver: Solver, strengths: Tuned) -> float:
    """Return the mean PSNR in dB."""
    trials = try_strengths(cases, prior, solver, strengths, [None] * len(cases))
    return float(np.mean([value for trial in trials for value in trial.values]))


def main() -> None:
    """Search and store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--models", nargs="+", default=["sigma25-mean-free", "sigma5-mean-free"])
    parser.add_argument("--modes", nargs="+", default=list(DIRECTIONS), choices=DIRECTIONS)
    parser.add_argument("--sigmas", nargs="+", type=float, default=list(LEVELS))
    parser.add_argument("--side", type=int, default=64, help="side of the middles in pixels")
    parser.add_argument("--as-trained", action="store_true", help="measure the levels of the training")
    parser.add_argument("--log", type=Path, default=LOG)
    arguments = parser.parse_args()
    rows: Rows = json.loads(arguments.log.read_text()) if arguments.log.exists() else {}
    for mode in arguments.modes:
        for model in arguments.models:
            dictionary = find_dictionary(model, 25)
            trained = dictionary.penalties.knots if dictionary.penalties else ()
            levels = trained if arguments.as_trained else arguments.sigmas
            for sigma, before in outwards(levels, dictionary.sigma):
                name = key(model, mode, sigma)
                if name in rows:
                    continue
                prior, cases = DictionaryPrior(dictionary), middle_cases(sigma, arguments.side)
                solver = climbing_solver(prior, mode)
                if arguments.as_trained:
                    best = prior.usual("denoise", sigma, mode)
                    score = measured(cases, prior, solver, best)
                else:
                    start = beginning(rows, dictionary, mode, sigma, before)
                    best, score = calibrate(
                        cases, prior, solver, start, ratios=RATIOS, directions=DIRECTIONS[mode]
                    )
                values = {k: float(f"{v:.3g}") for k, v in best.as_json().items()}
                rows[name] = values | {"psnr": round(score, 4)}
                arguments.log.write_text(json.dumps(rows, indent=1))
                print(name, rows[name], flush=True)


if __name__ == "__main__":
    main()
