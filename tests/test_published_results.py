"""The results of the paper's authors on a 96 x 96 crop, with their dictionaries and their noise."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators.identity import Identity
from recon_cli.engine.priors.dictionary.problem import PatchProblem, Variant
from recon_cli.engine.priors.dictionary.solution import PatchSolution
from recon_cli.engine.solvers.coordinate_descent import coordinate_descent
from recon_cli.engine.solvers.ipalm import ipalm
from recon_cli.engine.solvers.joint_admm import joint_admm
from recon_cli.models.dictionary import normalise
from recon_cli.quality.metrics import psnr

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "baseline"

if not (FOLDER / "published_results.json").exists():
    pytest.skip("the published results are not here", allow_module_level=True)

GAPS = {
    "sigma25_beta0.3_lam0.0004_free": 1e-3,
    "sigma25_beta0.3_lam0.0004_fixed": 1e-3,
    "sigma25_beta2_lam0.0075_free": 5e-5,
    "sigma25_beta2_lam0.0075_fixed": 2e-5,
    "sigma5_beta0.6_lam7.75e-05_free": 1e-3,
    "sigma5_beta0.6_lam7.75e-05_fixed": 1e-3,
    "sigma5_beta0.3_lam0.0015_free": 2e-5,
    "sigma5_beta0.3_lam0.0015_fixed": 2e-5,
}
"""The certified gap at which J lies below the authors' in each case."""

QUICK = ["sigma25_beta2_lam0.0075_fixed", "sigma5_beta0.3_lam0.0015_free"]
"""One case of each noise level and variant, where the paper's own solvers take seconds."""

all_cases = pytest.mark.parametrize("case", GAPS)
quick_cases = pytest.mark.parametrize("case", QUICK)


@lru_cache
def published() -> dict[str, Any]:
    """Return the authors' parameters and figures by case."""
    return dict(json.loads((FOLDER / "published_results.json").read_text()))


@lru_cache
def arrays() -> dict[str, NDArray[np.float32]]:
    """Return the noisy images and the images that the authors' code returns."""
    with np.load(FOLDER / "published_results.npz") as file:
        return dict(file)


@lru_cache
def clean() -> NDArray[np.float64]:
    with Image.open(FOLDER / "crop96.png") as image:
        return np.asarray(image) / 255


def problem_of(case: str) -> PatchProblem:
    figures = published()[case]
    sigma = figures["sigma"]
    variant: Variant = "mean-free" if figures["mean"] == "free" else "fixed-mean"
    raw = torch.from_numpy(np.load(FOLDER / f"atoms_sigma{sigma}_classical.npy"))
    noisy = torch.from_numpy(arrays()[f"noisy_sigma{sigma}"])[None]
    operator = Identity((noisy.shape[1], noisy.shape[2]))
    measurement, atoms = Measurement(operator, noisy), normalise(raw.T)
    return PatchProblem.create(measurement, atoms, figures["beta"], figures["lam"], variant)


def score(result: PatchSolution) -> float:
    return psnr(result.image[0].numpy(), clean())


def distance(result: PatchSolution, image: NDArray[np.float32]) -> float:
    """Return the relative distance of the result to an image."""
    return float(np.linalg.norm(result.image[0].numpy() - image) / np.linalg.norm(image))


def test_every_published_case_is_checked() -> None:
    assert set(GAPS) == set(published())


@all_cases
def test_the_starting_point_is_the_published_one(case: str) -> None:
    noisy = problem_of(case).start[0].numpy()
    assert float(-10 * np.log10(np.mean((noisy - clean()) ** 2))) == pytest.approx(
        published()[case]["psnr_noisy"], abs=1e-3
    )


@all_cases
def test_the_full_solution_is_at_least_as_low_as_the_published_one(case: str) -> None:
    result = joint_admm(problem_of(case), tolerance=GAPS[case])
    figures = published()[case]["full_ipalm"]
    assert result.converged
    assert 0 <= result.gap <= 1e-3
    assert result.objective <= figures["objective"] * (1 + 1e-6)
    assert distance(result, arrays()[f"{case}_full_ipalm"]) < 0.01
    assert score(result) == pytest.approx(figures["psnr"], abs=0.02)


@quick_cases
def test_ipalm_ends_where_the_authors_ended(case: str) -> None:
    result = ipalm(problem_of(case))
    figures = published()[case]["full_ipalm"]
    assert result.converged
    assert result.objective == pytest.approx(figures["objective"], rel=1e-3)
    assert distance(result, arrays()[f"{case}_full_ipalm"]) < 0.01


@quick_cases
def test_two_steps_with_the_inner_solvers_of_the_paper_are_the_published_ones(case: str) -> None:
    result = coordinate_descent(problem_of(case), steps=2, inner="fista")
    figures = published()[case]["two_step"]
    assert score(result) == pytest.approx(figures["psnr"], abs=0.02)
    assert result.objective == pytest.approx(figures["objective"], rel=1e-3)
    assert distance(result, arrays()[f"{case}_two_step"]) < 1e-3


@all_cases
def test_two_exact_steps_are_no_worse_than_the_published_ones(case: str) -> None:
    result = coordinate_descent(problem_of(case), steps=2)
    assert score(result) >= published()[case]["two_step"]["psnr"] - 0.02


def test_early_stopping_ends_where_the_authors_ended() -> None:
    case = "sigma25_beta2_lam0.0075_fixed"
    result = coordinate_descent(problem_of(case))
    figures = published()[case]["early_stop"]
    assert result.converged
    assert score(result) == pytest.approx(figures["psnr"], abs=0.1)
    assert result.objective == pytest.approx(figures["objective"], rel=1e-3)
