"""What is not in the data does not appear, and a small change of the data changes the result by little."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from recon_cli import denoise
from recon_cli.models.registry import manifest

Image = NDArray[np.float32]

MODELS = [
    name
    for name, entry in manifest("dictionary").items()
    if (entry["sigma"] == 25 and entry["training"].get("objective", "unrolled") != "unrolled")
    or entry["network"]
]
"""Those that are trained for a minimum, or for a second one; those of a lower noise level are alike."""
SIGMA = 20
LARGE = (data.camera()[50:114, 160:224] / 255).astype(np.float32)
NOISY_LARGE = LARGE + SIGMA / 255 * np.random.default_rng(0).standard_normal(LARGE.shape).astype(np.float32)
NOISY = NOISY_LARGE[10:50, 10:50]


def _denoised(image: Image, model: str | None, sigma: float = SIGMA, **options: object) -> Image:
    found: Image = denoise(np.ascontiguousarray(image), sigma, model=model, **options)  # type: ignore[call-overload]
    return found


def _rms(x: Image) -> float:
    return 255 * math.sqrt(float(np.mean(np.square(x))))


def test_a_flat_image_stays_as_it_is() -> None:
    for model in MODELS:
        flat = np.full((40, 44), 0.4, np.float32)
        np.testing.assert_allclose(_denoised(flat, model), 0.4, atol=1e-6)


@pytest.mark.parametrize("sigma", [1, 2, 3, 5, 8, 12, 18, 25, 35, 50])
def test_noise_alone_leaves_nothing_to_see(sigma: float) -> None:
    """A fifth of it in the mean, and nowhere as much as itself."""
    noise = np.random.default_rng(round(sigma)).standard_normal((48, 48)).astype(np.float32)
    found = _denoised(0.5 + sigma / 255 * noise, None, sigma)
    assert _rms(found - found.mean()) < 0.2 * sigma
    assert 255 * np.abs(found - found.mean()).max() < sigma


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_a_shifted_image_gives_the_shifted_result(model: str) -> None:
    """Patches of stride 2 are the same only where it is by an even number of pixels.

    The network sees some fifty pixels, so that the other neighbours at the border change the middle a little.
    """
    inner = (slice(20, -20), slice(20, -20))
    result = _denoised(NOISY_LARGE, model)
    for shift, most in ((2, 0.2), (1, 3.0)):
        moved = _denoised(np.roll(NOISY_LARGE, (shift, shift), (0, 1)), model)
        assert _rms((np.roll(moved, (-shift, -shift), (0, 1)) - result)[inner]) < most


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_a_turned_image_gives_the_turned_result(model: str) -> None:
    """Up to a quarter of the error: atoms are not turned, nor the columns that a network learned."""
    result = _denoised(NOISY_LARGE, model)
    most = 0.25 * _rms(result - LARGE)
    for turns in (1, 2, 3):
        turned = _denoised(np.rot90(NOISY_LARGE, turns), model)
        assert _rms(np.rot90(turned, -turns) - result) < most


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_a_small_change_of_the_data_changes_the_result_by_less(model: str) -> None:
    changes = np.random.default_rng(1).standard_normal((4, *NOISY.shape)).astype(np.float32) / 255
    result, *others = _denoised(np.stack([NOISY, *(NOISY + changes)]), model, mode="full", tol=2e-4)
    for change, other in zip(changes, others, strict=True):
        assert _rms(other - result) < 0.7 * _rms(change)
