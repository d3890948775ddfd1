"""Tune (beta, lam) of every mode for a dictionary on the middles of Set12, and store them in its file.

    python benchmarks/calibrate_set12.py DICTIONARY.safetensors [--side 96]

Each mode's result is written as soon as it is found; modes that are done are passed over with --missing.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from set12 import middle_cases

from recon_cli.models.dictionary import load_dictionary, save_dictionary
from recon_cli.models.tuned import Tuned
from recon_cli.modes import Mode, strengths_mode
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.workflows.calibrate import calibrate, climbing_solver

_MODES: tuple[Mode, ...] = ("unrolled", "early-stop", "settled")


def main() -> None:
    """Tune and store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("dictionary", type=Path)
    parser.add_argument("--side", type=int, default=96, help="side of the middles in pixels")
    parser.add_argument("--modes", nargs="+", default=list(_MODES), choices=_MODES)
    parser.add_argument("--missing", action="store_true", help="keep what is tuned already")
    arguments = parser.parse_args()
    dictionary = load_dictionary(arguments.dictionary)
    cases = middle_cases(dictionary.sigma, arguments.side)
    for mode in arguments.modes:
        if arguments.missing and ("denoise", strengths_mode(mode)) in dictionary.tuned:
            continue
        prior = DictionaryPrior(dictionary)
        start = prior.usual("denoise", dictionary.sigma, mode)
        best, score = calibrate(
            cases, prior, climbing_solver(prior, mode), start,
            callback=lambda p, v, mode=mode: print(f"  {mode} {p} {v:.3f}", flush=True),
        )  # fmt: skip
        rounded = Tuned(**{name: float(f"{value:.3g}") for name, value in best.as_json().items()})
        print(f"{dictionary.name} {mode}: {rounded.as_json()} {score:.3f} dB", flush=True)
        dictionary = replace(
            dictionary, tuned=dictionary.tuned | {("denoise", strengths_mode(mode)): rounded}
        )
        save_dictionary(arguments.dictionary, dictionary)


if __name__ == "__main__":
    main()
