"""Tune (beta, lam) of every mode for a dictionary on the middles of Set12, and store them in its file.

    python benchmarks/calibrate_set12.py DICTIONARY.safetensors [--side 96]

Each mode's result is written as soon as it is found; modes that are done are passed over with --missing.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from baseline import SHARED
from set12 import noisy_set12

from recon_cli.models.dictionary import load_dictionary, save_dictionary
from recon_cli.models.tuned import Tuned
from recon_cli.workflows.calibrate import MODES, calibrate, starting_point
from recon_cli.workflows.training.validation import middles


def main() -> None:
    """Tune and store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("dictionary", type=Path)
    parser.add_argument("--side", type=int, default=96, help="side of the middles in pixels")
    parser.add_argument("--modes", nargs="+", default=list(MODES), choices=MODES)
    parser.add_argument("--missing", action="store_true", help="keep what is tuned already")
    arguments = parser.parse_args()
    dictionary = load_dictionary(arguments.dictionary)
    pairs = noisy_set12(SHARED / "data" / "set12", dictionary.sigma)
    clean, noisy = (middles([pair[i] for pair in pairs], arguments.side) for i in (1, 2))
    for mode in arguments.modes:
        if arguments.missing and mode in dictionary.tuned:
            continue
        start = starting_point(mode, dictionary, dictionary.sigma)
        best, score = calibrate(
            dictionary, clean, noisy, mode, dictionary.sigma, start,
            callback=lambda p, v, mode=mode: print(f"  {mode} {p} {v:.3f}", flush=True),
        )  # fmt: skip
        rounded = Tuned(**{name: float(f"{value:.3g}") for name, value in best.as_json().items()})
        print(f"{dictionary.name} {mode}: {rounded.as_json()} {score:.3f} dB", flush=True)
        dictionary = replace(dictionary, tuned=dictionary.tuned | {mode: rounded})
        save_dictionary(arguments.dictionary, dictionary)


if __name__ == "__main__":
    main()
