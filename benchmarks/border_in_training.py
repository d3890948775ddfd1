"""The paper's 40 x 40 crops against larger crops whose edge does not count, in training.

    python benchmarks/border_in_training.py OUTPUT_FOLDER [--sigma 25] [--steps 500]

Both train with the same number of patches a step, each with the beta that suits its coverage, validate on
the middles of Set12, and are then tuned and compared on all of Set12 in the mode `unrolled`.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from baseline import SHARED
from set12 import mean_psnr, middle_cases

from recon_cli.models.dictionary import load_dictionary
from recon_cli.priors.dictionary import Border, DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.calibrate import calibrate, climbing_solver
from recon_cli.workflows.training.configuration import DictionaryConfiguration
from recon_cli.workflows.training.run import TrainingFiles, train

PAPER_BETA = {5.0: 0.3, 25.0: 2.0}
CROPS = {"40x40": {"crop_size": 40, "margin": 0, "batch": 12}, "64x64, margin 9": {}}


def main() -> None:
    """Train both, tune and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sigma", type=float, default=25)
    parser.add_argument("--steps", type=int, default=500)
    arguments = parser.parse_args()
    data, validation = SHARED / "data" / "bsd400", SHARED / "data" / "set12"
    cases = middle_cases(arguments.sigma, 96)
    print(f"| Set12, sigma {arguments.sigma:g}, PSNR in dB | border extend | border paper |\n|---|---|---|")
    for name, crops in CROPS.items():
        configuration = DictionaryConfiguration(
            sigma=arguments.sigma,
            train_steps=arguments.steps,
            tune=False,
            beta=PAPER_BETA[arguments.sigma] if crops else None,
            **crops,
        )
        place = arguments.folder / f"{name.split(',')[0]}.safetensors"
        if not place.exists():
            train(TrainingFiles(data, place, validation), configuration, resume=True)
        dictionary = load_dictionary(place)
        prior = DictionaryPrior(dictionary)
        start = prior.usual("denoise", dictionary.sigma, "unrolled")
        best, _ = calibrate(cases, prior, climbing_solver(prior, "unrolled"), start)
        borders: tuple[Border, ...] = ("extend", "paper")
        priors = [replace(prior.at(best), border=border) for border in borders]
        means = [mean_psnr(each, dictionary.sigma, Solver("unrolled"))["psnr"] for each in priors]
        print(f"| {name} | " + " | ".join(f"{mean:.2f}" for mean in means) + " |", flush=True)


if __name__ == "__main__":
    main()
