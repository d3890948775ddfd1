"""Put the noise levels of calibrate_levels.py into the dictionaries of a folder, and make its manifest anew.

python benchmarks/store_levels.py [--folder pretrained] [--log noise_levels.json]

A mode with fewer than three levels is not finished, and left out.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

from calibrate_levels import LOG

from recon_cli.models.dictionary import load_dictionary, save_dictionary
from recon_cli.models.registry import write_manifest
from recon_cli.models.tuned import Level, Tuned

_LEAST = 3


def main() -> None:
    """Store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path(__file__).parents[1] / "pretrained")
    parser.add_argument("--log", type=Path, default=LOG)
    arguments = parser.parse_args()
    found: dict[str, dict[str, list[Level]]] = {}
    for key, row in json.loads(arguments.log.read_text()).items():
        model, mode, sigma = key.split()
        values = dict(row)
        level = Level(float(sigma), psnr=values.pop("psnr"), tuned=Tuned(**values))
        found.setdefault(model, {}).setdefault(mode, []).append(level)
    for model, modes in found.items():
        place = arguments.folder / f"{model}.safetensors"
        done = {mode: levels for mode, levels in modes.items() if len(levels) >= _LEAST}
        levels = {m: tuple(sorted(ls, key=lambda level: level.sigma)) for m, ls in done.items()}
        dictionary = load_dictionary(place)
        if levels != dictionary.levels:  # else rounding would change the file
            save_dictionary(place, replace(dictionary, levels=levels))
        print(f"{model}: " + ", ".join(f"{len(ls)} levels of {m}" for m, ls in levels.items()))
    write_manifest(arguments.folder)


if __name__ == "__main__":
    main()
