from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from recon_cli.models.registry import find_dictionary
from recon_cli.models.ridge import Strength
from recon_cli.models.tuned import Tuned
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.priors.ridge import RidgePrior
from recon_cli.quality.scores import Reference
from recon_cli.solver import Solver
from recon_cli.workflows.calibrate import calibrate, climbing_solver
from recon_cli.workflows.mri.masks import generate_mask
from recon_cli.workflows.mri.measurement import measure
from recon_cli.workflows.mri.simulate import simulate
from recon_cli.workflows.tune.case import Case
from recon_cli.workflows.tune.denoising import denoising_cases

from ..helpers import smoothed_variation


def _camera(height: int, width: int) -> NDArray[np.float32]:
    return data.camera()[60 : 60 + height, 200 : 200 + width].astype(np.float32) / 255


def _cases(height: int = 32, width: int = 32) -> tuple[Case, ...]:
    clean = _camera(height, width)
    noise = np.random.default_rng(3).standard_normal(clean.shape).astype(np.float32)
    return denoising_cases([clean + 25 / 255 * noise], [clean], 25, "psnr")


@pytest.mark.slow
def test_it_climbs_to_a_point_that_no_neighbour_beats() -> None:
    seen: dict[Tuned, float] = {}
    start, prior = Tuned(4.0, 0.002), DictionaryPrior(find_dictionary("sigma25-mean-free", 25))
    solver = climbing_solver(prior, "unrolled")
    best, score = calibrate(_cases(), prior, solver, start, callback=seen.__setitem__)
    assert score >= max(seen.values()) - 0.005
    assert score > seen[start] + 0.5
    assert (
        min(abs(np.log(p.beta / best.beta)) + abs(np.log(p.lam / best.lam)) for p in seen if p != best) < 0.15
    )


@pytest.mark.slow
def test_early_stopping_gains_a_tolerance() -> None:
    seen: dict[Tuned, float] = {}
    prior = DictionaryPrior(replace(find_dictionary("sigma25-mean-free", 25), tuned={}))
    start = prior.usual("denoise", 25, "early-stop")
    solver = climbing_solver(prior, "early-stop")
    best, score = calibrate(_cases(), prior, solver, start, callback=seen.__setitem__)
    assert best.tol is not None
    assert max(seen.values()) - 0.005 <= score >= seen[start]
    (case,) = _cases()
    later = case.evaluate(prior.at(best), Solver("early-stop", max_iterations=40))
    assert not later.done.converged
    assert later.psnrs[0] < score - 0.1  # the paper's rule goes on for too long


def test_a_ridge_regulariser_ends_where_no_neighbour_is_better() -> None:
    seen: dict[Strength, float] = {}
    start, prior = Strength(40.0, 1.0), RidgePrior(smoothed_variation())
    best, score = calibrate(_cases(40, 36), prior, climbing_solver(prior), start, callback=seen.__setitem__)
    assert score >= max(seen.values()) - 0.01
    assert score > seen[start] + 0.3
    assert best in seen


@pytest.mark.slow
def test_in_mri_it_climbs_in_the_mean_of_several_scans() -> None:
    clean, cases = _camera(24, 20), []
    for seed in (0, 1):
        mask = generate_mask("random", 24, 20, 0.5, seed)
        measurement = measure(simulate(clean, mask, 10, seed=seed)[None], mask)
        cases.append(Case(measurement, Reference(clean[None], 1.0), "psnr"))
    seen: dict[Strength, float] = {}
    start, prior = Strength(5.0, 1.0), RidgePrior(smoothed_variation())
    solver = climbing_solver(prior, tolerance=5e-5)
    best, score = calibrate(cases, prior, solver, start, callback=seen.__setitem__)
    assert max(seen.values()) - 0.002 <= score == seen[best]
    assert score > seen[start] + 0.3
    alone = calibrate(cases[:1], prior, solver, best)[1]
    assert alone != pytest.approx(score, abs=1e-3)
    assert np.isfinite(alone)
