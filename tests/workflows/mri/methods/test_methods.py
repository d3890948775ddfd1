from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from recon_cli.workflows.mri.methods.choosing import choose_mri_method
from recon_cli.workflows.mri.methods.ridge import ConvexRidge
from recon_cli.workflows.mri.methods.total_variation import TotalVariation
from recon_cli.workflows.mri.methods.zero_filling import ZeroFilling
from recon_cli.workflows.mri.options import MriOptions
from skimage import data

from recon_cli.errors import ReconError
from recon_cli.quality.metrics import psnr
from recon_cli.workflows.mri.masks import generate_mask

from ....helpers import smoothed_variation
from ..acquisitions import coil_maps, transform

PHOTOGRAPH = data.camera()[100:132, 200:228].astype(np.float64) / 255
MASK = generate_mask("random", 32, 28, 0.5)
REAL = MriOptions()
COMPLEX = MriOptions(image="complex")


def test_zero_filling_is_the_inverse_transform_of_the_samples() -> None:
    samples = transform(PHOTOGRAPH)[None] * MASK
    done = ZeroFilling().reconstruct(samples, MASK, REAL, None, 3.0)
    expected = np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(samples[0]), norm="ortho")).real
    np.testing.assert_allclose(done.image, expected, atol=1e-5)
    np.testing.assert_array_equal(done.image, done.zero_filled)
    assert (done.result.gap, done.result.objective, done.result.iterations) == (None, None, 0)


@pytest.mark.parametrize("coils", [1, 3])
def test_total_variation_beats_zero_filling_and_is_certified(coils: int) -> None:
    maps = None if coils == 1 else coil_maps(coils, 32, 28)
    samples = transform(PHOTOGRAPH[None] if maps is None else maps * PHOTOGRAPH) * MASK
    options = REAL if maps is None else COMPLEX
    done = TotalVariation().reconstruct(samples, MASK, options, maps, 1.0)
    assert psnr(np.abs(done.image), PHOTOGRAPH) > psnr(np.abs(done.zero_filled), PHOTOGRAPH) + 1
    assert done.result.gap is not None
    assert done.result.gap <= 1e-3
    assert done.image.dtype == (np.float32 if maps is None else np.complex64)


@pytest.mark.parametrize("coils", [1, 3])
def test_a_ridge_regulariser_beats_zero_filling_and_says_how_it_ended(coils: int) -> None:
    maps = None if coils == 1 else coil_maps(coils, 32, 28)
    samples = transform(PHOTOGRAPH[None] if maps is None else maps * PHOTOGRAPH) * MASK
    options = REAL if maps is None else COMPLEX
    method = ConvexRidge(smoothed_variation())
    done = method.reconstruct(samples, MASK, options, maps, 1.0)
    assert psnr(np.abs(done.image), PHOTOGRAPH) > psnr(np.abs(done.zero_filled), PHOTOGRAPH) + 1
    assert done.result.converged
    assert done.result.history[-1].change <= 1e-5 == method.tolerance(options)
    assert method.ending(options, done.parameters) == ", relative change of the image below 1e-05"
    assert done.result.gap > 1e-5
    assert "loose" in method.remark
    assert done.image.dtype == (np.float32 if maps is None else np.complex64)
    again = method.reconstruct(7 * samples, MASK, options, maps, 1 / 7)
    np.testing.assert_allclose(again.image / 7, done.image, atol=1e-4)


def test_the_scale_of_kspace_is_undone() -> None:
    samples = transform(PHOTOGRAPH)[None] * MASK
    small, large = (
        TotalVariation(0.01).reconstruct(samples * units, MASK, REAL, None, 1 / units).image / units
        for units in (np.float32(1), np.float32(1000))
    )
    np.testing.assert_allclose(small, large, atol=1e-4)


@pytest.mark.parametrize(
    ("name", "options", "rule"),
    [
        ("zero-filling", REAL, None),
        ("tv", REAL, "certified gap"),
        ("model", REAL, "certified gap"),
        ("model", replace(REAL, solver="ipalm"), "relative change of J"),
        ("model", replace(REAL, mode="early-stop"), "relative change of image and codes"),
        ("model", replace(REAL, mode="unrolled"), None),
    ],
)
def test_the_stop_rule_is_said(name: str, options: MriOptions, rule: str | None) -> None:
    assert choose_mri_method(name).stop_rule(options) == rule


def test_names(ridge: Path) -> None:
    for name in ("model", "tv", "zero-filling"):
        assert choose_mri_method(name).name == name
    method = choose_mri_method("crr", str(ridge))
    assert (method.name, method.model) == ("crr", "ridge")
    with pytest.raises(ReconError, match="there is no method nlm for MRI"):
        choose_mri_method("nlm")
    with pytest.raises(ReconError, match="--weight has to be a positive number"):
        choose_mri_method("tv", weight=0.0)
