from __future__ import annotations

import math

import numpy as np
import pytest
from recon_cli.workflows.denoising.denoise import DenoiseOptions
from recon_cli.workflows.methods.choosing import choose_method
from recon_cli.workflows.methods.ratios import NLM, TV, WAVELET
from recon_cli.workflows.methods.scikit import NonLocalMeans, Wavelets
from recon_cli.workflows.methods.total_variation import TotalVariation

from recon_cli.errors import ReconError

from .photograph import CLEAN, denoised, with_noise

OTHERS = ("tv", "nlm", "wavelet")


@pytest.mark.parametrize("name", ["model", *OTHERS])
@pytest.mark.parametrize(("sigma", "gain"), [(40, 4), (10, 1.0)])
def test_every_method_denoises(name: str, sigma: float, gain: float) -> None:
    method = choose_method(name, DenoiseOptions("unrolled"))
    denoised(method, sigma, gain)
    assert (method.name, method.steps) == (name, 2 if name == "model" else None)


@pytest.mark.parametrize("name", OTHERS)
def test_the_images_of_a_batch_do_not_touch_each_other(name: str) -> None:
    method = choose_method(name, DenoiseOptions())
    first, second = with_noise(25)[:, :32, :32], with_noise(25)[:, 32:, 32:]
    both = method.denoise(np.concatenate([first, second]), 25).images
    alone = method.denoise(second, 25).images
    np.testing.assert_allclose(both[1:], alone, atol=3e-3 if name == "tv" else 1e-6)


@pytest.mark.parametrize("name", OTHERS)
def test_tiny_images_are_denoised(name: str) -> None:
    done = choose_method(name, DenoiseOptions()).denoise(with_noise(25)[:, :8, :9], 25)
    assert done.images.shape == (1, 8, 9)
    assert np.isfinite(done.images).all()


def test_only_total_variation_has_a_certificate() -> None:
    by_tv = TotalVariation(tol=1e-4).denoise(with_noise(25), 25)
    assert by_tv.result.gap is not None
    assert 0 <= by_tv.result.gap <= 1e-4
    for method in (NonLocalMeans(), Wavelets()):
        result = method.denoise(with_noise(25), 25).result
        assert (result.objective, result.gap, result.iterations) == (None, None, 0)


@pytest.mark.parametrize("ratios", [TV, NLM, WAVELET])
def test_ratios_rise_in_sigma_and_are_plausible(ratios: dict[float, float]) -> None:
    assert list(ratios) == sorted(ratios)
    assert all(0.1 < ratio < 3 for ratio in ratios.values())


def test_a_weight_of_ones_own() -> None:
    done = TotalVariation(5.0).denoise(with_noise(25), 25)
    assert done.parameters.as_json() == {"weight": 5.0}
    assert done.images.std() < 0.5 * CLEAN.std()


@pytest.mark.parametrize("weight", [0.0, -1.0, math.inf, math.nan])
def test_bad_weights(weight: float) -> None:
    with pytest.raises(ReconError, match="--weight has to be a positive number"):
        TotalVariation(weight)


def test_unknown_methods_are_refused() -> None:
    with pytest.raises(ReconError, match="there is no method bm3d; there are model, crr, tv, nlm, wavelet"):
        choose_method("bm3d", DenoiseOptions())
