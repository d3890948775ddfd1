from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from recon_cli import Measurement, Solver
from recon_cli.engine.domain import UnitDisc, to_planes
from recon_cli.engine.operators import Crop, Fourier, Identity, Weights
from recon_cli.priors.total_variation import TotalVariationPrior
from recon_cli.workflows.data_residual import data_residual
from recon_cli.workflows.frames import reconstruct_frames

RNG = np.random.default_rng(0)
IMAGE = RNG.random((60, 80)).astype(np.float32)


def test_of_the_truth_noise_of_the_level_that_was_used_is_left_whatever_the_weight() -> None:
    noise = 10 / 255 * RNG.standard_normal((1, 60, 80)).astype(np.float32)
    plain = Measurement(Identity((60, 80)), torch.from_numpy(IMAGE + noise), sigma=10)
    weighted = Measurement(
        Weights(torch.full((60, 80), 2.5)) @ Identity((60, 80)),
        2.5 * torch.from_numpy(IMAGE + noise),
        sigma=25,
    )
    truth = torch.from_numpy(IMAGE)[None]
    for measurement in (plain, weighted, replace(plain, sigma=20, weight=4.0)):
        residual = data_residual(measurement, truth)
        assert residual is not None
        np.testing.assert_allclose(residual, 255 / 10 * noise, atol=1e-4)


def test_of_k_space_both_parts_are_channels_and_what_was_not_sampled_is_unknown() -> None:
    mask = RNG.random((60, 80)) < 0.4
    mask[0, 0] = True
    operator = Fourier(torch.from_numpy(mask))
    noise = 0.02 * (RNG.standard_normal((60, 80)) + 1j * RNG.standard_normal((60, 80)))
    image = torch.from_numpy(IMAGE * np.exp(0.4j)).to(torch.complex64)[None]
    data = operator.forward(image) + torch.from_numpy((noise * mask).astype(np.complex64))
    measurement = Measurement(operator, data, UnitDisc(), sigma=255 * 0.02)
    residual = data_residual(measurement, to_planes(image, 2))
    assert residual is not None
    assert residual.shape == (2, 60, 80)
    np.testing.assert_array_equal(np.isfinite(residual), np.stack([mask, mask]))
    assert np.nanstd(residual[0]) == pytest.approx(1, abs=0.06)
    np.testing.assert_allclose(residual[1][mask], noise.imag[mask] / 0.02, atol=1e-3)


def test_samples_in_a_line_are_one_row() -> None:
    class Sums(Crop):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.sum(-1)

        def adjoint(self, y: torch.Tensor) -> torch.Tensor:
            return y[..., None].expand(*y.shape, 80)

    measurement = Measurement(Sums((60, 80), 0), torch.ones(1, 60), sigma=255)
    residual = data_residual(measurement, torch.zeros(1, 60, 80))
    assert residual is not None
    np.testing.assert_array_equal(residual, np.ones((1, 1, 60), np.float32))


def test_nothing_is_said_where_the_noise_is_not_known() -> None:
    measurement = Measurement(Identity((60, 80)), torch.from_numpy(IMAGE)[None])
    assert data_residual(measurement, torch.zeros(1, 60, 80)) is None


def test_of_several_frames_the_one_that_is_asked_for_is_looked_at() -> None:
    class Three:
        def __len__(self) -> int:
            return 3

        def measurement(self, frame: int) -> Measurement:
            return Measurement(Identity((60, 80)), np.float32(0.3 * frame) * IMAGE[None], sigma=10)

    prior, solver = TotalVariationPrior(0.02).prepare("denoise", 10, Solver()), Solver(max_iterations=3)
    made = [reconstruct_frames(Three(), lambda _: prior, solver, residual_of=k) for k in (None, 1)]
    assert made[0].residual is None
    wanted = 255 / 10 * (0.3 * IMAGE - made[1].result.image[1])
    np.testing.assert_allclose(made[1].residual, wanted[None], atol=1e-4)  # type: ignore[arg-type]
