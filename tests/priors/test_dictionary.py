from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from skimage import data

from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators.identity import Identity
from recon_cli.engine.priors.dictionary.problem import PatchProblem
from recon_cli.engine.priors.dictionary.solution import PatchSolution
from recon_cli.engine.solvers.joint_admm import joint_admm
from recon_cli.errors import MissingParametersError, ReconError
from recon_cli.models.dictionary import Dictionary, normalise
from recon_cli.models.registry import find_dictionary
from recon_cli.models.tuned import Tuned
from recon_cli.modes import Mode, strengths_mode
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.quality.metrics import psnr
from recon_cli.solver import Solver

from ..photograph import denoise_by

TUNED = Tuned(0.3, 1e-3, 0.08)


def _pair(sigma: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    clean = np.stack([data.camera()[60:108, 200:240], data.coins()[30:78, 40:80]]).astype(np.float32) / 255
    noise = np.random.default_rng(3).standard_normal(clean.shape).astype(np.float32)
    return clean, clean + sigma / 255 * noise


def _bare(**tuned: Tuned) -> Dictionary:
    """Return a dictionary whose parameters are those for denoising at sigma 25."""
    known: dict[Any, Tuned] = {("denoise", mode.replace("_", "-")): each for mode, each in tuned.items()}
    return Dictionary(normalise(torch.randn(100, 20)), "mean-free", 25, known, name="mine")


@pytest.mark.parametrize("name", ["beta", "lam"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.inf, math.nan])
def test_strengths_have_to_be_positive(name: str, value: float) -> None:
    with pytest.raises(ReconError, match=f"--{name} has to be a positive number") as refused:
        DictionaryPrior(**{name: value})  # type: ignore[arg-type]
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    ("prior", "solver", "tuned", "wanted"),
    [
        ({}, Solver(), TUNED, Tuned(0.3, 1e-3, 0.1)),
        ({}, Solver("full"), TUNED, Tuned(0.3, 1e-3, 1e-3)),
        ({}, Solver("full", algorithm="ipalm"), TUNED, Tuned(0.3, 1e-3, 1e-8)),
        ({}, Solver("early-stop"), TUNED, TUNED),
        ({}, Solver("early-stop"), Tuned(0.3, 1e-3), Tuned(0.3, 1e-3, 1e-4)),
        ({"beta": 0.2}, Solver("early-stop"), TUNED, Tuned(0.2, 1e-3, 1e-4)),
        ({"lam": 0.2}, Solver("early-stop"), TUNED, Tuned(0.3, 0.2, 1e-4)),
        ({}, Solver("early-stop", tolerance=0.5), TUNED, Tuned(0.3, 1e-3, 0.5)),
        ({"beta": 0.2, "lam": 0.1}, Solver(tolerance=1e-5), None, Tuned(0.2, 0.1, 1e-5)),
    ],
)
def test_what_is_given_comes_before_what_is_tuned(
    prior: dict[str, float], solver: Solver, tuned: Tuned | None, wanted: Tuned
) -> None:
    dictionary = _bare(**({strengths_mode(solver.mode).replace("-", "_"): tuned} if tuned else {}))
    prepared = DictionaryPrior(dictionary, **prior).prepare("denoise", 25, solver)
    assert prepared.tuned == wanted
    assert prepared.used.parameters == wanted.as_json()
    assert prepared.used.tolerance == wanted.tol


@pytest.mark.parametrize("given", [{}, {"beta": 1.0}, {"lam": 1.0}])
def test_missing_parameters_are_named(given: dict[str, float]) -> None:
    prior = DictionaryPrior(_bare(), **given)  # type: ignore[arg-type]
    said = "mine has no parameters for sigma 25 in mode settled; give --beta and --lam"
    with pytest.raises(MissingParametersError, match=said) as refused:
        prior.prepare("denoise", 25, Solver())
    assert refused.value.exit_code == 2
    with pytest.raises(MissingParametersError, match="mine has no parameters for MRI in mode settled; give"):
        prior.prepare("mri", None, Solver())
    with pytest.raises(MissingParametersError, match="fills what was not sampled less well than --mode full"):
        prior.prepare("mri", None, Solver("unrolled"))


def test_the_task_chooses_the_strengths() -> None:
    tuned: dict[Any, Tuned] = {("denoise", "full"): Tuned(0.3, 1e-3), ("mri", "full"): Tuned(0.5, 2e-3)}
    prior = DictionaryPrior(Dictionary(normalise(torch.randn(100, 20)), "mean-free", 25, tuned))
    denoising, mri = (prior.prepare(task, sigma, Solver()) for task, sigma in (("denoise", 25), ("mri", 3.0)))  # type: ignore[arg-type]
    assert (denoising.tuned.beta, mri.tuned.beta) == (0.3, 0.5)
    assert (denoising.used.sigma, mri.used.sigma) == (25, None)
    assert set(denoising.used.settings) == {"mode", "solver", "border"}
    assert set(mri.used.settings) == {"mode", "solver", "border"}


@pytest.mark.parametrize("sigma", [1.5, 4, 6, 25])
def test_in_mri_patches_are_nearer_to_their_atoms_at_little_noise(sigma: float) -> None:
    prior = DictionaryPrior("adaptive")
    noisy, mri = (prior.usual(task, sigma, "settled", 2.0) for task in ("denoise", "mri"))  # type: ignore[arg-type]
    nearer = mri.beta / noisy.beta
    assert nearer == pytest.approx({1.5: 16, 4: 2.25, 6: 1, 25: 1}[sigma])
    assert mri.beta * mri.lam == pytest.approx(noisy.beta * noisy.lam)


def test_a_noise_level_that_is_not_known_is_asked_for() -> None:
    with pytest.raises(ReconError, match="the measurement has no noise level; give it one, as sigma=25"):
        denoise_by(DictionaryPrior(), np.zeros((1, 12, 12), np.float32), None)


@pytest.mark.parametrize("sigma", [5, 25])
@pytest.mark.parametrize("variant", ["mean-free", "fixed-mean"])
@pytest.mark.parametrize("mode", ["settled", "full", "early-stop", "unrolled"])
def test_every_bundled_model_denoises_in_every_mode(sigma: int, variant: str, mode: Mode) -> None:
    clean, noisy = (images[: 1 if mode == "full" else 2] for images in _pair(sigma))
    dictionary = find_dictionary(f"sigma{sigma}-{variant}", sigma)
    denoised = denoise_by(DictionaryPrior(dictionary), noisy, sigma, Solver(mode))
    gain = 1.0 if sigma == 5 else 4.0
    for image, truth, noise in zip(denoised.image, clean, noisy, strict=True):
        assert psnr(image, truth) > psnr(noise, truth) + gain
    assert denoised.image.min() >= 0
    assert denoised.image.max() <= 1
    assert denoised.converged
    tuned = dictionary.tuned["denoise", strengths_mode(mode)]
    assert denoised.used[0].strengths == {"beta": tuned.beta, "lam": tuned.lam}
    if mode == "full":
        assert denoised.gap is not None
        assert denoised.gap <= 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["full", "early-stop", "unrolled"])
def test_a_batch_equals_its_images(mode: Mode) -> None:
    noisy = _pair(25)[1][:, :20, :18]
    prior = DictionaryPrior("sigma25-mean-free")
    tight = {"full": 3e-4, "early-stop": None, "unrolled": None}[mode]
    solver = Solver(mode, tolerance=tight)
    together = np.asarray(denoise_by(prior, noisy, 25, solver).image)
    for k in range(len(noisy)):
        alone = denoise_by(prior, noisy[k : k + 1], 25, solver).image[0]
        assert np.abs(together[k] - alone).max() < 2e-3


@pytest.mark.slow
def test_extending_the_border_helps_there() -> None:
    clean, noisy = (images[:, :32, :28] for images in _pair(25))
    rim = np.ones(clean.shape[1:], bool)
    rim[4:-4, 4:-4] = False
    error = {}
    for border in ("extend", "paper"):
        prior = DictionaryPrior("sigma25-mean-free", border=border)  # type: ignore[arg-type]
        images = np.asarray(denoise_by(prior, noisy, 25).image)
        error[border] = float(np.mean((images - clean)[:, rim] ** 2))
    assert error["extend"] < error["paper"]


def test_missing_parameters_and_small_images_are_refused() -> None:
    _, noisy = _pair(25)
    prior = DictionaryPrior(_bare(full=Tuned(0.4, 3e-4)))
    with pytest.raises(ReconError, match="no parameters for sigma 25 in mode unrolled"):
        denoise_by(prior, noisy, 25, Solver("unrolled"))
    with pytest.raises(ReconError, match="no parameters for sigma 20"):
        denoise_by(prior, noisy, 20)
    with pytest.raises(ReconError, match="smaller than a patch"):
        denoise_by(prior, noisy[:, :9], 25)
    for extreme in ({"beta": 1e-13}, {"lam": 1e13}):
        with pytest.raises(ReconError, match=r"has to lie between 1e-12 and 1e\+12"):
            denoise_by(replace(prior, **extreme), noisy, 25)  # type: ignore[arg-type]


@pytest.mark.parametrize("sigma", [25, 5])
def test_the_bound_of_the_default_holds_in_double_precision(sigma: float) -> None:
    """Its weighted thresholds are as small as the rounding of single precision allows."""
    clean = data.camera()[60:80, 200:220].astype(np.float32) / np.float32(255)
    noise = np.random.default_rng(3).standard_normal(clean.shape).astype(np.float32)
    noisy, dictionary = clean + np.float32(sigma / 255) * noise, find_dictionary(None, sigma)
    prior = DictionaryPrior(dictionary, border="paper")
    done = denoise_by(prior, noisy[None], sigma, Solver("full", 1e-3)).solution
    assert isinstance(done, PatchSolution)
    weights, tuned = done.codes.weights, prior.prepare("denoise", sigma, Solver()).tuned
    assert weights is not None
    assert float(weights.min()) < 0.1 < 1 < float(weights.max())
    exact = PatchProblem.create(
        Measurement(Identity(clean.shape), torch.from_numpy(noisy[None]).double()),  # type: ignore[arg-type]
        dictionary.atoms,
        tuned.beta,
        dictionary.thresholds(tuned.lam, sigma),
        dictionary.variant,
        dictionary.stride,
    )
    best = joint_admm(replace(exact, weights=weights.double()), tolerance=1e-5)
    least = best.objective * (1 - best.gap)
    assert done.objective * (1 - done.gap) <= best.objective * (1 + 1e-6)
    assert least * (1 - 1e-6) <= done.objective <= least * (1 + 2e-3)
