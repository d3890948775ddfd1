from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ..cli.run import recon_here

_NOISE = np.random.default_rng(0).random((12, 11)).astype(np.float32)
IMAGES = {
    "constant": np.full((12, 11), 0.5, np.float32),
    "black": np.zeros((12, 11), np.uint8),
    "white": np.full((12, 11), 255, np.uint8),
    "saturated": (_NOISE > 0.5).astype(np.uint8) * np.uint8(255),
    "tiny range": 0.5 + 1e-7 * _NOISE.astype(np.float64),
    "denormal": _NOISE * np.float32(1e-40),
    "float16": _NOISE.astype(np.float16),
    "one patch": _NOISE[:10, :10],
    "below zero": _NOISE * np.float32(0.9) - np.float32(0.45),
    "spike": np.eye(12, 11, dtype=np.uint16) * np.uint16(65535),
}
EXTREME = ((1e-300, 1e-300), (1e-12, 1e12), (1e12, 1e-12), (1e300, 1e300))
"""Of beta and lam."""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _denoise(image: NDArray[Any], *flags: object) -> tuple[NDArray[Any], dict[str, Any], str]:
    np.save("in.npy", image)
    done = recon_here("denoise", "in.npy", "--json", "--overwrite", *flags)
    assert done.exit_code == 0, done.stderr
    return np.load("in_denoised.npy"), json.loads(done.stdout), done.stderr


def _trustworthy(result: NDArray[Any], fields: dict[str, Any], said: str, low: float, high: float) -> None:
    """Check that a result is finite, in range, and certified or reported as not converged."""
    assert np.isfinite(result).all()
    assert low <= result.min() <= result.max() <= high
    if fields["mode"] == "full" and fields["converged"]:
        assert 0 <= fields["gap"] <= 1e-3
    assert ("NOT CONVERGED" in said) == (not fields["converged"])
    assert "certified gap" in said
    assert fields["gap"] is not None
    assert fields["gap"] >= -1e-12
    assert fields["distance"] is None or fields["distance"] >= 0


def _at_most(iterations: int, mode: str) -> list[object]:
    return [] if mode == "unrolled" else ["--max-iter", iterations]


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("mode", ["settled", "full", "early-stop", "unrolled"])
def test_strange_images(name: str, mode: str) -> None:
    image = IMAGES[name]
    result, fields, said = _denoise(image, "--sigma", 25, "--mode", mode, *_at_most(100, mode))
    assert (result.dtype, result.shape) == (image.dtype, image.shape)
    _trustworthy(result, fields, said, 0, np.iinfo(image.dtype).max if image.dtype.kind == "u" else 1)


@pytest.mark.parametrize("name", ["constant", "black", "white", "tiny range"])
@pytest.mark.parametrize("mode", ["settled", "full"])
def test_an_image_without_structure_stays_as_it_is_and_is_certified_at_once(name: str, mode: str) -> None:
    image = IMAGES[name]
    result, fields, _ = _denoise(image, "--sigma", 25, "--mode", mode)
    np.testing.assert_allclose(result.astype(float), image.astype(float), atol=1e-5)
    assert fields["converged"]
    assert fields["iterations"] <= 100


@pytest.mark.slow
@pytest.mark.parametrize("high", [1e-30, 1e30, 1e300])
def test_a_huge_or_tiny_range(high: float) -> None:
    flags = ["--sigma", high / 10, "--sigma-units", "data", "--range", f"0,{high}"]
    scaled, fields, said = _denoise(_NOISE.astype(np.float64) * high, *flags)
    _trustworthy(scaled, fields, said, 0, high)
    usual, *_ = _denoise(_NOISE, "--sigma", 25.5)
    np.testing.assert_allclose(scaled / high, usual, atol=1e-5)


@pytest.mark.parametrize("sigma", [0.5, 100])
def test_extreme_noise_levels(sigma: float) -> None:
    _trustworthy(*_denoise(_NOISE, "--sigma", sigma, "--max-iter", 50), 0, 1)


@pytest.mark.parametrize("mode", ["settled", "full", "early-stop", "unrolled"])
@pytest.mark.parametrize(("beta", "lam"), EXTREME)
def test_extreme_parameters(mode: str, beta: float, lam: float) -> None:
    flags = ["--beta", beta, "--lam", lam, "--mode", mode, *_at_most(10, mode)]
    np.save("in.npy", _NOISE)
    done = recon_here("denoise", "in.npy", "--sigma", 25, "--json", *flags)
    if done.exit_code == 0:
        _trustworthy(np.load("in_denoised.npy"), json.loads(done.stdout), done.stderr, 0, 1)
    else:
        assert re.search("not finite|has to lie between 1e-12 and 1e.12", done.stderr), done.stderr
        assert not Path("in_denoised.npy").exists()


@pytest.mark.parametrize(
    ("method", "most"), [("model", 25), ("model:full", 10), ("crr", 10), ("tv", 10)]
)  # of the model 10 of the first minimum, and it settles in no time
@pytest.mark.parametrize("level", [1.0, 0.9, 200 / 255, 0.3])
def test_a_constant_image_is_solved_at_once(method: str, most: int, level: float) -> None:
    image = np.full((24, 30), level, np.float32)
    np.save("in.npy", image)
    method, _, mode = method.partition(":")
    flags = ["--method", method, *(["--mode", mode] if mode else []), "--json"]
    done = recon_here("denoise", "in.npy", "--sigma", 25, *flags)
    fields = json.loads(done.stdout)
    assert fields["converged"]
    assert fields["iterations"] <= most
    np.testing.assert_allclose(np.load("in_denoised.npy"), image, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["model", "crr", "tv"])
def test_a_hot_pixel_does_not_end_the_minimisation_of_the_others(method: str) -> None:
    """Brighter by any factor it pulls to white and no more: the image is the same."""
    images = []
    for hot in (10.0, 1e3, 1e6):
        noisy = np.clip(0.5 + 0.1 * np.random.default_rng(0).standard_normal((20, 24)), 0, 1).astype(
            np.float32
        )
        noisy[7, 9] = hot
        np.save("in.npy", noisy)
        flags = ["--range", "0,1", "--method", method, "--json", "--overwrite"]
        flags += ["--mode", "full"] if method == "model" else []
        done = recon_here("denoise", "in.npy", "--sigma", 25, *flags)
        assert done.exit_code == 0, done.stderr
        fields = json.loads(done.stdout)
        assert fields["converged"]
        assert 0 < fields["gap"] <= 1e-3
        x = np.load("in_denoised.npy")
        assert fields["objective"] == pytest.approx(0.5 * (hot - 1) ** 2, rel=0.05 if hot > 10 else 1)
        assert np.delete(x.ravel(), 7 * 24 + 9).std() < 0.06
        images.append(x)
    for other in images[1:]:
        np.testing.assert_allclose(other, images[0], atol=3e-3)


def test_no_gap_is_claimed_that_single_precision_cannot_prove() -> None:
    np.save("in.npy", _NOISE)
    flags = ["--method", "tv", "--tol", 1e-8, "--max-iter", 3000, "--json"]
    done = recon_here("denoise", "in.npy", "--sigma", 10, *flags)
    fields = json.loads(done.stdout)
    assert 1e-7 < fields["gap"] < 1e-5
    assert not fields["converged"]
