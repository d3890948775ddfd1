"""PSNR of the bundled dictionaries on Set12: modes, models and borders, beside other methods.

    python benchmarks/table_set12.py [--sigmas 5 25] [--models ...] [--modes ...] [--borders ...]

Finished rows are kept in a JSON file, so that an interrupted run goes on; the table is printed as Markdown,
with empty cells where a model has no parameters for a mode.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import get_args

from baseline import SHARED
from set12 import mean_psnr

from recon_cli.models.dictionary import Dictionary
from recon_cli.models.registry import find_dictionary
from recon_cli.modes import Mode
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.solver import Solver

KINDS = ("reweighted", "minimum", "mean-free", "fixed-mean")

MODELS = ("adaptive", *(f"{{sigma}}-{kind}" for kind in KINDS))
"""Names of bundled ones, or a file; `{sigma}` stands for `sigma25`, say."""
BORDERS = ("extend", "paper")


def main() -> None:
    """Fill the table and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sigmas", nargs="+", type=float, default=[25, 5])
    parser.add_argument("--models", nargs="+", default=MODELS)
    parser.add_argument("--modes", nargs="+", default=get_args(Mode), choices=get_args(Mode))
    parser.add_argument("--borders", nargs="+", default=BORDERS, choices=BORDERS)
    parser.add_argument("--inner", default="exact", choices=("exact", "fista"))
    parser.add_argument("--log", type=Path, default=Path(__file__).with_name("set12_table.json"))
    arguments = parser.parse_args()
    rows = json.loads(arguments.log.read_text()) if arguments.log.exists() else {}
    for sigma in arguments.sigmas:
        for border in arguments.borders:
            for mode in arguments.modes:
                for model in arguments.models:
                    dictionary = find_dictionary(model.format(sigma=f"sigma{sigma:g}"), sigma)
                    if dictionary.tuned_for("denoise", mode, sigma) is None:
                        continue
                    key = row_key(dictionary, sigma, mode, border, arguments.inner)
                    if key not in rows:
                        prior = DictionaryPrior(dictionary, border=border)
                        rows[key] = mean_psnr(prior, sigma, Solver(mode, inner=arguments.inner))
                        arguments.log.write_text(json.dumps(rows, indent=1))
                    row = rows[key]
                    print(key, {k: round(v, 5) for k, v in row.items()}, flush=True)
    _print_table(rows, arguments)


def row_key(dictionary: Dictionary, sigma: float, mode: str, border: str, inner: str) -> str:
    """Return the name of a row, which changes with the training and the parameters of the mode."""
    tuned = dictionary.tuned_for("denoise", mode, sigma)
    assert tuned is not None
    decisive = json.dumps([dictionary.training, tuned.as_json()], sort_keys=True)
    digest = hashlib.sha256(decisive.encode()).hexdigest()[:12]
    return f"{dictionary.name} {mode} {border} {inner} {digest}"


def _print_table(rows: dict[str, dict[str, float]], arguments: argparse.Namespace) -> None:
    anchors = json.loads((SHARED / "baseline" / "set12_anchors.json").read_text())
    for sigma in arguments.sigmas:
        models = [model.format(sigma=f"sigma{sigma:g}") for model in arguments.models]
        print(f"\n| Set12, sigma {sigma:g}, PSNR in dB | " + " | ".join(models) + " |")
        print("|---|" + "---|" * len(models))
        for mode in arguments.modes:
            for border in arguments.borders:
                cells = []
                for model in models:
                    dictionary = find_dictionary(model, sigma)
                    known = dictionary.tuned_for("denoise", mode, sigma) is not None
                    key = row_key(dictionary, sigma, mode, border, arguments.inner) if known else ""
                    cells.append(f"{rows[key]['psnr']:.2f}" if known else "")
                print(f"| {mode}, border {border} | " + " | ".join(cells) + " |")
        for method, value in anchors.get(f"{sigma:g}", {}).items():
            mean = value["mean"] if isinstance(value, dict) else value
            print(f"| {method} | " + " | ".join([f"{mean:.2f}"] * len(models)) + " |")


if __name__ == "__main__":
    main()
