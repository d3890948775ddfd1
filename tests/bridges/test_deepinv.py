"""deepinv's own generic tests of denoisers, and what holds of ours besides."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from recon_cli import ReconError, denoise, priors
from recon_cli.solver import Solver

try:
    import deepinv
except (ImportError, RuntimeError) as error:  # of torchvision, which it needs, and which has to fit PyTorch
    pytest.skip(f"deepinv cannot be imported: {error}", allow_module_level=True)

from recon_cli.bridges.deepinv import Denoiser, PhysicsOperator, Reconstructor

FAST = Solver(tolerance=0.5)
CLEAN = torch.from_numpy(np.tile(np.linspace(0.2, 0.8, 48, dtype=np.float32), (40, 1)))[None, None]


@pytest.fixture(scope="module")
def theirs() -> Any:
    """deepinv's tests of models, which are installed with it."""
    folder = str(Path(deepinv.__file__).parent / "tests")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module("deepinv.tests.test_models")
    finally:
        sys.path.remove(folder)


@pytest.fixture
def ours(theirs: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The same, of our denoiser."""
    monkeypatch.setattr(theirs, "choose_denoiser", lambda name, size: Denoiser(mode="unrolled"))
    return theirs


def test_their_generic_tests_of_colours_and_grey_pass(ours: Any) -> None:
    ours.test_denoiser_color((3, 37, 28), "cpu", "recon")
    ours.test_denoiser_gray((1, 37, 28), "cpu", "recon")
    ours.test_denoiser_1_channel((1, 37, 28), "cpu", "recon")


@pytest.mark.parametrize("batch", [1, 2])
def test_their_generic_tests_of_noise_levels_pass(ours: Any, batch: int) -> None:
    ours.test_denoiser_sigma_gray(batch, "recon", "cpu")
    ours.test_denoiser_sigma_color(batch, "recon", "cpu")


@pytest.mark.filterwarnings("ignore:Arguments:UserWarning")
@pytest.mark.parametrize(
    ("physics", "pretrained", "last"),
    [
        ("denoising", True, "backward"),
        ("fftdeblur", True, "backward"),
        ("deblur_valid", True, "backward"),
        ("super_resolution_circular", True, "backward"),
        ("inpainting", None, "PSNR"),
    ],
)
def test_their_generic_test_of_reconstructors_passes(
    theirs: Any, monkeypatch: pytest.MonkeyPatch, physics: str, pretrained: bool | None, last: str
) -> None:
    """It skips gradients at this size in the end, once the PSNR is above that of the pseudo-inverse.

    Inpainting would download a photograph for it, and ends before.
    """
    monkeypatch.setattr(theirs, "choose_restoration_model", lambda *_, **__: Reconstructor())
    rng = torch.Generator().manual_seed(0)
    with pytest.raises(pytest.skip.Exception, match=f"Skipping {last} test"):
        theirs.test_restoration_models("cpu", pretrained, "ram", physics, 1, rng, (25, 129), None)


def test_it_denoises_as_the_package_does_and_each_image_at_its_level() -> None:
    noisy = torch.cat([CLEAN, CLEAN]) + 0.1 * torch.randn(
        2, 1, 40, 48, generator=torch.Generator().manual_seed(0)
    )
    denoiser = Denoiser(mode="unrolled")
    found = denoiser(noisy, torch.tensor([0.1, 0.0]))
    wanted = denoise(noisy[0], 25.5, mode="unrolled", value_range=(0, 1))
    torch.testing.assert_close(found[0], wanted)
    torch.testing.assert_close(found[1], noisy[1])
    assert (found[0] - CLEAN[0]).square().mean() < 0.2 * (noisy[0] - CLEAN[0]).square().mean()


def test_it_is_a_prior_of_their_plug_and_play_iterations() -> None:
    physics = deepinv.physics.Inpainting((1, 40, 48), mask=0.6, rng=torch.Generator().manual_seed(1))
    y = physics(CLEAN)
    solve = deepinv.optim.optim_builder(
        "PGD", prior=deepinv.optim.prior.PnP(denoiser=Denoiser(mode="unrolled")), max_iter=8,
        data_fidelity=deepinv.optim.data_fidelity.L2(), params_algo={"stepsize": 1.0, "g_param": 0.05},
    )  # fmt: skip
    with torch.no_grad():
        found = solve(y, physics)
    assert (found - CLEAN).square().mean() < 0.1 * (y - CLEAN).square().mean()


@pytest.mark.parametrize("name", ["inpainting", "blur"])
def test_the_reconstructor_solves_their_physics_and_certifies_the_result(name: str) -> None:
    torch.manual_seed(0)
    noise = deepinv.physics.GaussianNoise(0.02)
    if name == "inpainting":
        physics = deepinv.physics.Inpainting((1, 40, 48), mask=0.6, noise_model=noise)
    else:
        kernel = deepinv.physics.functional.blur.gaussian_blur(sigma=(1.0, 1.0))
        physics = deepinv.physics.BlurFFT((1, 40, 48), filter=kernel, noise_model=noise)
    y = physics(CLEAN)
    reconstructor = Reconstructor(prior=priors.TotalVariationPrior())
    found = reconstructor(y, physics)
    assert found.shape == CLEAN.shape
    assert reconstructor.report is not None
    assert reconstructor.report.gap is not None
    assert reconstructor.report.gap <= 1e-3
    assert (found - CLEAN).square().mean() < 0.8 * (physics.A_adjoint(y) - CLEAN).square().mean()


def test_the_default_prior_is_the_dictionary_at_the_level_of_the_physics() -> None:
    torch.manual_seed(0)
    physics = deepinv.physics.Denoising(deepinv.physics.GaussianNoise(0.1))
    y = physics(CLEAN)
    reconstructor = Reconstructor(solver=FAST)
    found = reconstructor(y, physics)
    assert reconstructor.report is not None
    assert reconstructor.report.used[0].sigma == pytest.approx(25.5)
    assert (found - CLEAN).square().mean() < 0.1 * (y - CLEAN).square().mean()


def test_the_adjoint_of_the_operator_is_that_of_the_physics() -> None:
    physics = deepinv.physics.Inpainting((1, 40, 48), mask=0.6)
    operator = PhysicsOperator(physics, physics.A(CLEAN))
    x, y = torch.randn(1, 40, 48), torch.randn(1, 1, 40, 48)
    left, right = (operator.forward(x) * y).sum(), (x * operator.adjoint(y)).sum()
    torch.testing.assert_close(left, right)


def test_colours_and_unknown_noise_are_refused() -> None:
    physics = deepinv.physics.Denoising(deepinv.physics.GaussianNoise(0.1))
    with pytest.raises(ReconError, match="are not grey"):
        Reconstructor()(CLEAN.expand(1, 3, 40, 48), physics)
    physics = deepinv.physics.Inpainting((1, 40, 48), mask=0.6)
    with pytest.raises(ReconError, match="has no noise level"):
        Reconstructor()(physics.A(CLEAN), physics)
