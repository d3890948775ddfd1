from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from skimage import data

from recon_cli.errors import ReconError
from recon_cli.priors import RidgePrior, TotalVariationPrior, ZeroFilling
from recon_cli.priors.choosing import choose_prior
from recon_cli.quality.metrics import psnr
from recon_cli.solver import Solver
from recon_cli.workflows.mri.masks import generate_mask
from recon_cli.workflows.mri.measurement import ImageModel

from ...helpers import smoothed_variation
from .acquisitions import coil_maps, reconstruct_frame, small_prior, transform

PHOTOGRAPH = data.camera()[100:132, 200:228].astype(np.float64) / 255
MASK = generate_mask("random", 32, 28, 0.5)


def test_zero_filling_is_the_inverse_transform_of_the_samples() -> None:
    samples = transform(PHOTOGRAPH)[None] * MASK
    done = reconstruct_frame(samples, MASK, ZeroFilling(), scale=3.0)
    expected = np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(samples[0]), norm="ortho")).real
    np.testing.assert_allclose(done.image, expected, atol=1e-5)
    np.testing.assert_array_equal(done.image, done.zero_filled)
    assert (done.result.gap, done.result.objective, done.result.iterations) == (None, None, 0)


@pytest.mark.parametrize("coils", [1, 3])
def test_total_variation_beats_zero_filling_and_is_certified(coils: int) -> None:
    maps = None if coils == 1 else coil_maps(coils, 32, 28)
    samples = transform(PHOTOGRAPH[None] if maps is None else maps * PHOTOGRAPH) * MASK
    image: ImageModel = "real" if maps is None else "complex"
    done = reconstruct_frame(samples, MASK, TotalVariationPrior(), image=image, maps=maps)
    assert psnr(np.abs(done.image), PHOTOGRAPH) > psnr(np.abs(done.zero_filled), PHOTOGRAPH) + 1
    assert done.result.gap is not None
    assert done.result.gap <= 1e-3
    assert done.image.dtype == (np.float32 if maps is None else np.complex64)


@pytest.mark.parametrize("coils", [1, 3])
def test_a_ridge_regulariser_beats_zero_filling_and_says_how_it_ended(coils: int) -> None:
    maps = None if coils == 1 else coil_maps(coils, 32, 28)
    samples = transform(PHOTOGRAPH[None] if maps is None else maps * PHOTOGRAPH) * MASK
    image: ImageModel = "real" if maps is None else "complex"
    prior = RidgePrior(smoothed_variation())
    done = reconstruct_frame(samples, MASK, prior, image=image, maps=maps)
    assert psnr(np.abs(done.image), PHOTOGRAPH) > psnr(np.abs(done.zero_filled), PHOTOGRAPH) + 1
    assert done.result.converged
    assert done.result.solution is not None
    assert done.result.solution.history[-1].change <= 1e-5 == done.result.used[0].tolerance
    assert done.result.rule == ("relative change of the image", 1e-5)
    assert done.result.gap > 1e-5
    assert done.image.dtype == (np.float32 if maps is None else np.complex64)
    again = reconstruct_frame(7 * samples, MASK, prior, image=image, maps=maps, scale=1 / 7)
    np.testing.assert_allclose(again.image / 7, done.image, atol=1e-4)


def test_the_scale_of_kspace_is_undone() -> None:
    samples = transform(PHOTOGRAPH)[None] * MASK
    small, large = (
        reconstruct_frame(samples * units, MASK, TotalVariationPrior(0.01), scale=1 / units).image / units
        for units in (np.float32(1), np.float32(1000))
    )
    np.testing.assert_allclose(small, large, atol=1e-4)


@pytest.mark.parametrize(
    ("name", "solver", "rule"),
    [
        ("zero-filling", Solver(), None),
        ("tv", Solver(), "certified gap"),
        ("model", Solver(tolerance=1.0), "estimated distance from the minimum, in grey levels,"),
        ("model", Solver("full", tolerance=1e-2), "certified gap"),
        ("model", Solver("full", algorithm="ipalm", tolerance=1e-3), "relative change of J"),
        ("model", Solver("early-stop", tolerance=3e-2), "relative change of image and codes"),
        ("model", Solver("unrolled"), None),
    ],
)
def test_the_stop_rule_is_said(name: str, solver: Solver, rule: str | None) -> None:
    prior = small_prior() if name == "model" else choose_prior(name, "mri")
    done = reconstruct_frame(transform(PHOTOGRAPH)[None] * MASK, MASK, prior, solver)
    assert (done.result.rule and done.result.rule.quantity) == rule


def test_names(ridge: Path) -> None:
    for name in ("model", "tv", "zero-filling"):
        assert choose_prior(name, "mri").name == name
    used = choose_prior("crr", "mri", str(ridge)).prepare("mri", None, Solver()).used
    assert (used.prior, used.model) == ("crr", "ridge")
    with pytest.raises(ReconError, match="there is no method nlm for MRI"):
        choose_prior("nlm", "mri")
    with pytest.raises(ReconError, match="--weight has to be a positive number"):
        choose_prior("tv", "mri", weight=0.0)
