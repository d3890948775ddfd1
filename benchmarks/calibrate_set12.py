"""Tune (beta, lam) of every mode for a dictionary on the middles of Set12, and store them in its file.

    python benchmarks/calibrate_set12.py DICTIONARY.safetensors [--side 96]

Each mode's result is written as soon as it is found; modes that are done are passed over with --missing.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from baseline import SHARED
from set12 import middles, noisy_set12

from recon_cli.models.dictionary import Tuned, load_dictionary, save_dictionary
from recon_cli.workflows.calibrate import MODES, calibrate

START = {
    5.0: {"unrolled": Tuned(0.2, 0.0015), "early-stop": Tuned(0.1, 2.5e-4), "full": Tuned(0.1, 2.5e-4)},
    25.0: {"unrolled": Tuned(1.4, 0.0075), "early-stop": Tuned(0.4, 3e-4), "full": Tuned(0.4, 3e-4)},
}


def main() -> None:
    """Tune and store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("dictionary", type=Path)
    parser.add_argument("--side", type=int, default=96, help="side of the middles in pixels")
    parser.add_argument("--modes", nargs="+", default=list(MODES), choices=MODES)
    parser.add_argument("--missing", action="store_true", help="keep what is tuned already")
    arguments = parser.parse_args()
    dictionary = load_dictionary(arguments.dictionary)
    clean, noisy = middles(noisy_set12(SHARED / "data" / "set12", dictionary.sigma), arguments.side)
    for mode in arguments.modes:
        if arguments.missing and mode in dictionary.tuned:
            continue
        start = dictionary.tuned.get(mode, START[dictionary.sigma][mode])
        best, score = calibrate(
            dictionary, clean, noisy, mode, start,
            callback=lambda p, v, mode=mode: print(f"  {mode} {p.beta:.4g} {p.lam:.4g} {v:.3f}", flush=True),
        )  # fmt: skip
        rounded = Tuned(float(f"{best.beta:.3g}"), float(f"{best.lam:.3g}"))
        print(f"{dictionary.name} {mode}: beta {rounded.beta} lam {rounded.lam} {score:.3f} dB", flush=True)
        dictionary = replace(dictionary, tuned=dictionary.tuned | {mode: rounded})
        save_dictionary(arguments.dictionary, dictionary)


if __name__ == "__main__":
    main()
