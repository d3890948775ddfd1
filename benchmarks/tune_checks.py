"""What the searches of `recon tune` lose: against an exhaustive grid, and without clean images.

    python benchmarks/tune_checks.py exhaustive|sure|holdout|seen [--side 128]

`exhaustive`: on the middles of three images of Set12, the best PSNR of the search from coarse to fine
beside that of every point of a grid of ratio 1.1. `sure`: over Set12 at sigma 5 and 25, the PSNR at the
point that SURE or the discrepancy (lam fixed) chooses beside the best of a search that knows the clean
image. `holdout`: this on the brain image with both masks. `seen` (with --side 64): the PSNR at that of nine
strengths which SURE or hold-out of blurred, coarse and projected photographs chooses. Rows are kept in
tune_checks.json, so that an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import skimage.data
from baseline import SHARED
from brain import MASKS, measure_brain
from inverse_scenes import TASKS
from set12 import noisy_set12
from skimage.color import rgb2gray
from skimage.util import img_as_float32

from recon_cli.engine.measurement import Task
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.quality.scores import Reference
from recon_cli.solver import Solver
from recon_cli.workflows.images.simulation import simulate
from recon_cli.workflows.mri.sampling import Undersampling
from recon_cli.workflows.mri.study import prepare
from recon_cli.workflows.seen import seen_by, slice_of
from recon_cli.workflows.tomography.projections import Projections
from recon_cli.workflows.tomography.simulate import in_square, simulate_scan
from recon_cli.workflows.tomography.study import Asked
from recon_cli.workflows.tomography.study import prepare as prepare_scan
from recon_cli.workflows.training.validation import middles
from recon_cli.workflows.tune.budget import Budget
from recon_cli.workflows.tune.case import Case
from recon_cli.workflows.tune.criteria import CRITERIA
from recon_cli.workflows.tune.denoising import denoising_cases
from recon_cli.workflows.tune.evaluation import Objective, search_solver
from recon_cli.workflows.tune.grid import Axis, Grid
from recon_cli.workflows.tune.kspace import kspace_cases
from recon_cli.workflows.tune.run import Search, SearchResult, choose_grid, tune
from recon_cli.workflows.tune.seen import seen_case

STORE = Path(__file__).with_name("tune_checks.json")
Row = dict[str, float]
_AROUND, _SEED = (0.5, 1.0, 2.0), 5
"""Of the nine strengths, and of the noise."""


def search(
    task: Task, cases: tuple[Case, ...], criterion: str, prior: DictionaryPrior, grid: Grid | None = None
) -> SearchResult:
    """Search as `recon tune` does, around the dictionary's parameters."""
    chosen = CRITERIA[criterion]
    start = prior.usual(task, None, "full")
    grid = grid or choose_grid(start, {}, chosen)
    objective = Objective(cases, chosen, prior, search_solver(prior, "full"))
    return tune(objective, Search(start, grid, Budget()), {})


def denoising(
    index: int, sigma: float, criterion: str, side: int
) -> tuple[tuple[Case, ...], DictionaryPrior]:
    """Return the middle of an image of Set12 as a case, with the dictionary of the noise level."""
    prior = DictionaryPrior(f"sigma{sigma:g}-mean-free").read("denoise", sigma, "full")
    _, clean, noisy = noisy_set12(SHARED / "data" / "set12", sigma)[index]
    clean, noisy = (middles([image], side)[0] for image in (clean, noisy))
    return denoising_cases([noisy], [clean], sigma, criterion), prior


def exhaustive(index: int, side: int) -> Row:
    """Compare the coarse-to-fine search with every point of a fine grid around its start."""
    cases, prior = denoising(index, 25, "psnr", side)
    found = search("denoise", cases, "psnr", prior)
    start = prior.usual("denoise", 25, "full")
    count = 1 + math.ceil(math.log(16) / math.log(1.1))
    axes = {name: Axis(value / 4, value * 4, count) for name, value in start.as_json().items()}
    every = search("denoise", cases, "psnr", prior, Grid(axes))
    return {
        "psnr": found.best.value,
        "exhaustive": every.best.value,
        "evaluations": len(found.evaluations),
        "exhaustive evaluations": len(every.evaluations),
        "iterations": sum(e.iterations for e in found.evaluations),
        "exhaustive iterations": sum(e.iterations for e in every.evaluations),
    }


def without_truth(index: int, sigma: float, side: int) -> Row:
    """Compare SURE and the discrepancy with a search that knows the clean image."""
    row = {}
    for criterion in ("psnr", "sure", "discrepancy"):
        cases, prior = denoising(index, sigma, criterion, side)
        best = search("denoise", cases, criterion, prior).best
        assert best.psnr is not None
        row[criterion] = best.psnr
    return row


def held_out(pattern: str) -> Row:
    """Compare hold-out with a search that knows the clean image, on the brain image."""
    brain = measure_brain(pattern)
    prior = DictionaryPrior("sigma25-mean-free").read("mri", None, "full")
    study = prepare(brain.samples[None], Undersampling(brain.mask), "uncentered", image="real", scale=1.0)
    truth = Reference(brain.clean[None], 1.0)
    row = {}
    for criterion in ("psnr", "holdout"):
        cases = kspace_cases(study, truth, None, criterion)
        found = search("mri", cases, criterion, prior)
        (final,) = kspace_cases(study, truth, None, "psnr")  # from all samples
        row[criterion] = final.evaluate(prior.at(found.best.strengths), Solver(tolerance=1e-2)).psnrs[0]
    return row


def of_nine(task: str, image: str, side: int) -> Row:
    """Compare SURE and hold-out with the best of beta and lam, half, once and twice the usual ones."""
    picture = getattr(skimage.data, image)()
    grey = img_as_float32(rgb2gray(picture) if picture.ndim == 3 else picture)
    (clean,) = middles([grey], side)
    truth = Reference(clean[None], 1.0)
    if task == "tomography":
        angles = tuple(np.arange(0, 180, 3.0))
        made = simulate_scan(clean[None], angles, 0.01, seed=_SEED)
        known = Asked(angles, sigma=made.sigma)
        seen = slice_of(prepare_scan(Projections(made.values, "", ()), known, image), 0)
        truth = Reference(in_square(clean[None]), 1.0)
    else:
        camera, sigma = TASKS[task].camera, TASKS[task].sigma
        seen = seen_by(camera, simulate(clean, camera, sigma, _SEED), None, sigma)
    measured = seen.measurement
    prior = DictionaryPrior().read("denoise", measured.sigma, "settled")
    usual = prior.usual("denoise", measured.sigma, "settled", measured.weight)
    cases = {name: seen_case(seen, truth, name, 0) for name in ("sure", "holdout")}
    psnrs: list[float] = []
    values: dict[str, list[float]] = {name: [] for name in cases}
    for beta, lam in product(_AROUND, _AROUND):
        chosen = prior.at(replace(usual, beta=beta * usual.beta, lam=lam * usual.lam))
        for name, case in cases.items():
            trial = case.evaluate(chosen, Solver())
            values[name] += trial.values
            psnrs += trial.psnrs if name == "sure" else []  # from all data
    return {"psnr": max(psnrs)} | {name: psnrs[int(np.argmin(found))] for name, found in values.items()}


def main() -> None:
    """Fill the table and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("exhaustive", "sure", "holdout", "seen"))
    parser.add_argument("--side", type=int, default=128, help="side of the middles in pixels")
    parser.add_argument("--log", type=Path, default=STORE)
    arguments = parser.parse_args()
    side = arguments.side
    jobs = {
        "exhaustive": {f"image {k + 1}": (exhaustive, (k, side)) for k in (0, 5, 10)},
        "sure": {
            f"sigma {sigma} image {k + 1}": (without_truth, (k, sigma, side))
            for sigma in (25, 5)
            for k in range(12)
        },
        "holdout": {pattern: (held_out, (pattern,)) for pattern in MASKS},
        "seen": {
            f"{task} {image}": (of_nine, (task, image, side))
            for task in ("gaussian", "x2", "tomography")
            for image in ("camera", "coins", "astronaut")
        },
    }[arguments.what]
    rows: dict[str, Row] = json.loads(arguments.log.read_text()) if arguments.log.exists() else {}
    for name, (measure, given) in jobs.items():
        key = f"{arguments.what} {name}"
        if key not in rows:
            rows[key] = {k: round(v, 4) for k, v in measure(*given).items()}
            arguments.log.write_text(json.dumps(rows, indent=1))
        print(key, rows[key], flush=True)


if __name__ == "__main__":
    main()
