from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage import data

from recon_cli.priors import TotalVariationPrior
from recon_cli.quality.metrics import psnr
from recon_cli.reconstruction import reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.tomography.corrections import estimate_noise
from recon_cli.workflows.tomography.precision import precision_of
from recon_cli.workflows.tomography.projections import Projections
from recon_cli.workflows.tomography.simulate import in_square, simulate_scan
from recon_cli.workflows.tomography.study import Asked, prepare

from .scans import projected

ANGLES = tuple(np.arange(0, 180, 4.5))
DEPTH = 4 * projected(96, np.array(ANGLES)) / 41
"""Line integrals of up to about 4, as of the natural logarithm of what passed, `(angles, bins)`."""


@given(alpha=st.sampled_from([0.0, 1.0, 2.0]), seed=st.integers(0, 20))
def test_weights_make_the_noise_white(alpha: float, seed: int) -> None:
    noise = np.random.default_rng(seed).standard_normal(DEPTH.shape)
    noisy = (DEPTH + 0.01 * np.exp(alpha / 2 * DEPTH) * noise).astype(np.float32)[None]
    weights = precision_of(noisy)
    assert weights is not None
    whitened = weights[0] * np.exp(alpha / 2 * DEPTH)
    assert whitened.std() < 0.15 * whitened.mean()
    assert (weights**2).mean() == pytest.approx(1, rel=1e-4)


def test_the_noise_is_that_of_a_ray_of_mean_weight() -> None:
    noise = np.random.default_rng(0).standard_normal(DEPTH.shape)
    noisy = (DEPTH + 0.01 * np.exp(DEPTH / 2) * noise).astype(np.float32)[None]
    weights = precision_of(noisy)
    assert weights is not None
    level = np.sqrt(((weights[0] * 0.01 * np.exp(DEPTH / 2)) ** 2).mean())
    assert estimate_noise(noisy, weights) == pytest.approx(level, rel=0.1)


def test_rays_that_are_alike_have_no_weights() -> None:
    noise = np.random.default_rng(0).standard_normal((1, 30, 64)).astype(np.float32)
    assert precision_of(0.5 + 0.01 * noise) is None
    assert precision_of(DEPTH[None, :, :4]) is None
    assert precision_of(np.linspace(0, 4, 64, dtype=np.float32) * np.ones((1, 30, 1), np.float32)) is None


def test_counted_light_gives_better_slices_with_weights() -> None:
    clean = (data.camera()[100:164, 200:264] / 255).astype(np.float32)
    exact = simulate_scan(clean[None], ANGLES, 0.0).values
    scale = 4 / float(exact.max())
    light = np.random.default_rng(0).poisson(1000 * np.exp(-scale * exact))
    values = -np.log(np.maximum(light, 0.5) / 1000).astype(np.float32)
    truth, scores = in_square(clean[None])[0], []
    for weights in (None, precision_of(values)):
        study = prepare(Projections(values, "", (), weights), Asked(ANGLES), "it")
        found = reconstruct(study.measurement(0), TotalVariationPrior(), Solver(settled=2.0))
        scores.append(psnr(study.pictures(np.asarray(found.image))[0] / scale, truth))
    assert scores[1] > scores[0] + 1
