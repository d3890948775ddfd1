from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from recon_cli.workflows.denoising.denoise import DenoiseOptions, choose_parameters, denoise
from skimage import data

from recon_cli.engine.operators.identity import Identity
from recon_cli.engine.priors.dictionary.problem import PatchProblem
from recon_cli.engine.solvers.joint_admm import joint_admm
from recon_cli.errors import ReconError
from recon_cli.models.dictionary import Dictionary, normalise
from recon_cli.models.registry import find_dictionary
from recon_cli.models.tuned import Tuned
from recon_cli.quality.metrics import psnr


def _pair(sigma: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    clean = np.stack([data.camera()[60:108, 200:240], data.coins()[30:78, 40:80]]).astype(np.float32) / 255
    noise = np.random.default_rng(3).standard_normal(clean.shape).astype(np.float32)
    return clean, clean + sigma / 255 * noise


@pytest.mark.parametrize("sigma", [5, 25])
@pytest.mark.parametrize("variant", ["mean-free", "fixed-mean"])
@pytest.mark.parametrize("mode", ["full", "early-stop", "unrolled"])
def test_every_bundled_model_denoises_in_every_mode(sigma: int, variant: str, mode: str) -> None:
    clean, noisy = _pair(sigma)
    dictionary = find_dictionary(f"sigma{sigma}-{variant}", sigma)
    options = DenoiseOptions(mode)  # type: ignore[arg-type]
    denoised = denoise(noisy, dictionary, sigma, options)
    gain = 1.0 if sigma == 5 else 4.0
    for image, truth, noise in zip(denoised.images, clean, noisy, strict=True):
        assert psnr(image, truth) > psnr(noise, truth) + gain
    assert denoised.images.min() >= 0
    assert denoised.images.max() <= 1
    assert denoised.result.converged
    tuned = dictionary.tuned[mode]
    assert (denoised.parameters.beta, denoised.parameters.lam) == (tuned.beta, tuned.lam)
    if mode == "full":
        assert denoised.result.gap <= 1e-3


@pytest.mark.parametrize("mode", ["full", "early-stop", "unrolled"])
def test_a_batch_equals_its_images(mode: str) -> None:
    _, noisy = _pair(25)
    dictionary = find_dictionary("sigma25-mean-free", 25)
    tight = {"full": 1e-4, "early-stop": None, "unrolled": None}[mode]
    options = DenoiseOptions(mode, tolerance=tight)  # type: ignore[arg-type]
    together = denoise(noisy, dictionary, 25, options).images
    for k in range(len(noisy)):
        alone = denoise(noisy[k : k + 1], dictionary, 25, options).images[0]
        assert np.abs(together[k] - alone).max() < 2e-3


def test_extending_the_border_helps_there() -> None:
    clean, noisy = _pair(25)
    dictionary = find_dictionary("sigma25-mean-free", 25)
    rim = np.ones(clean.shape[1:], bool)
    rim[4:-4, 4:-4] = False
    error = {}
    for border in ("extend", "paper"):
        images = denoise(noisy, dictionary, 25, DenoiseOptions(border=border)).images  # type: ignore[arg-type]
        error[border] = float(np.mean((images - clean)[:, rim] ** 2))
    assert error["extend"] < error["paper"]


def test_missing_parameters_and_small_images_are_refused() -> None:
    _, noisy = _pair(25)
    bare = Dictionary(normalise(torch.randn(100, 20)), "mean-free", 25, {"full": Tuned(0.4, 3e-4)})
    with pytest.raises(ReconError, match="no parameters for sigma 25 in mode unrolled"):
        denoise(noisy, bare, 25, DenoiseOptions("unrolled"))
    with pytest.raises(ReconError, match="no parameters for sigma 20"):
        denoise(noisy, bare, 20)
    with pytest.raises(ReconError, match="smaller than a patch"):
        denoise(noisy[:, :9], bare, 25)
    with pytest.raises(ReconError, match="--lam has to be a positive number"):
        DenoiseOptions(lam=-1.0)


def test_a_tuned_tolerance_holds_with_the_tuned_parameters_only() -> None:
    tuned = {"early-stop": Tuned(0.3, 1e-3, 0.08), "full": Tuned(0.4, 3e-4)}
    dictionary = Dictionary(normalise(torch.randn(100, 20)), "mean-free", 25, tuned)

    def tolerance(**options: object) -> float | None:
        return choose_parameters(dictionary, 25, DenoiseOptions(**options)).tol  # type: ignore[arg-type]

    assert tolerance(mode="early-stop") == 0.08
    assert tolerance(mode="early-stop", tolerance=0.01) == 0.01
    assert tolerance(mode="early-stop", beta=0.2) == 1e-4
    assert tolerance(mode="full") == 1e-3
    assert tolerance(mode="full", solver="ipalm") == 1e-8


@pytest.mark.parametrize("sigma", [25, 5])
def test_the_bound_of_the_default_holds_in_double_precision(sigma: float) -> None:
    """Its weighted thresholds are as small as the rounding of single precision allows."""
    clean = data.camera()[60:84, 200:226].astype(np.float32) / np.float32(255)
    noise = np.random.default_rng(3).standard_normal(clean.shape).astype(np.float32)
    noisy, dictionary = clean + np.float32(sigma / 255) * noise, find_dictionary(None, sigma)
    done = denoise(noisy[None], dictionary, sigma, DenoiseOptions(border="paper", tolerance=1e-3))
    weights = done.result.codes.weights
    assert weights is not None
    assert float(weights.min()) < 0.1 < 1 < float(weights.max())
    exact = PatchProblem.create(
        Identity(clean.shape),  # type: ignore[arg-type]
        torch.from_numpy(noisy[None]).double(),
        dictionary.atoms,
        done.parameters.beta,
        dictionary.thresholds(done.parameters.lam, sigma),
    )
    best = joint_admm(replace(exact, weights=weights.double()), tolerance=1e-5)
    least = best.objective * (1 - best.gap)
    assert done.result.objective * (1 - done.result.gap) <= best.objective * (1 + 1e-6)
    assert least * (1 - 1e-6) <= done.result.objective <= least * (1 + 2e-3)
