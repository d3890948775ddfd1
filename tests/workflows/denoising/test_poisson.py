from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data

from recon_cli.errors import ReconError
from recon_cli.priors import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.denoising.poisson import CountModel, Stabilised, counts_of, stabilise

from ...photograph import denoise_by

POISSON = CountModel()
CAMERA = CountModel(gain=2.2, read_noise=3.0, offset=100.0)


def _counts(mean: np.ndarray, model: CountModel, seed: int = 0) -> np.ndarray:
    """Draw counts with the given mean number of electrons."""
    rng = np.random.default_rng(seed)
    noise = model.read_noise * rng.standard_normal(mean.shape)
    return model.gain * rng.poisson(mean) + model.offset + noise


def _spread(mean: float, model: CountModel) -> tuple[float, float]:
    """Return the relative error of the inverse and the standard deviation of the noise over what is said."""
    counts = _counts(np.full(400_000, mean), model)
    stabilised = stabilise(counts, model)
    image = stabilised.image.astype(np.float64)
    restored = (float(counts_of(image.mean(), stabilised)) - model.offset) / model.gain
    return restored / mean - 1, image.std() / (stabilised.sigma / 255)


@pytest.mark.parametrize("gain", [0.5, 3.0])
@pytest.mark.parametrize(
    ("mean", "low", "high"), [(1, 0.83, 0.87), (2, 0.95, 0.98), (10, 0.98, 1.02), (200, 0.98, 1.02)]
)
def test_poisson_counts_come_back_within_a_percent(mean: float, low: float, high: float, gain: float) -> None:
    bias, spread = _spread(mean, CountModel(gain))
    assert abs(bias) < 0.01
    assert low < spread < high


@pytest.mark.parametrize("read", [0.5, 1.0, 2.0, 5.0])
@pytest.mark.parametrize(
    ("mean", "bias", "spread"), [(1, 0.04, 0.1), (3, 0.012, 0.05), (10, 0.006, 0.02), (50, 0.002, 0.01)]
)
def test_read_noise_costs_little(mean: float, bias: float, spread: float, read: float) -> None:
    model = CountModel(gain=2.0, read_noise=2 * read, offset=-7.0)
    found_bias, found_spread = _spread(mean, model)
    assert abs(found_bias) < bias
    assert abs(found_spread - 1) < spread


def test_the_algebraic_inverse_would_be_biased() -> None:
    counts = _counts(np.full(400_000, 2.0), POISSON)
    stabilised = stabilise(counts, POISSON)
    transformed = stabilised.image.mean(dtype=np.float64) * stabilised.span + stabilised.low
    assert (transformed / 2) ** 2 - 3 / 8 < 2 - 0.2
    assert abs(float(counts_of(stabilised.image.mean(dtype=np.float64), stabilised)) - 2) < 0.02


@given(
    st.floats(1e-2, 1e3), st.floats(0, 10), st.floats(-1e3, 1e3), st.floats(0, 1e6), st.integers(0, 2**32 - 1)
)
@settings(max_examples=100, deadline=None)
def test_the_image_fills_the_unit_interval_and_its_inverse_is_monotone(
    gain: float, read: float, offset: float, light: float, seed: int
) -> None:
    model = CountModel(gain, read * gain, offset)
    counts = _counts(light * np.random.default_rng(seed).random((6, 7)), model, seed)
    stabilised = stabilise(counts, model)
    assert stabilised.image.dtype == np.float32
    assert stabilised.image.min() == 0
    assert stabilised.image.max() <= 1
    assert 0 < stabilised.sigma <= 50
    assert stabilised.sigma * stabilised.span == pytest.approx(255)
    restored = counts_of(np.linspace(0, 1, 200), stabilised)
    assert (np.diff(restored) >= -1e-9 * np.abs(restored[1:])).all()
    assert restored.min() >= offset
    order = np.argsort(counts, axis=None)
    assert (np.diff(stabilised.image.ravel()[order]) >= 0).all()


@given(st.floats(0.1, 100), st.floats(-100, 100))
@settings(max_examples=30, deadline=None)
def test_gain_and_offset_change_units_only(gain: float, offset: float) -> None:
    electrons = _counts(np.linspace(0, 40, 60).reshape(6, 10), POISSON)
    plain = stabilise(electrons, CountModel(1, 1.5))
    other = stabilise(gain * electrons + offset, CountModel(gain, 1.5 * gain, offset))
    np.testing.assert_allclose(other.image, plain.image, atol=1e-6)
    assert other.sigma == pytest.approx(plain.sigma)
    back = (counts_of(other.image, other) - offset) / gain
    np.testing.assert_allclose(back, counts_of(plain.image, plain), rtol=1e-6, atol=1e-3)


def test_few_photons_leave_part_of_the_interval_empty() -> None:
    stabilised = stabilise(np.array([0.0, 1.0, 3.0]), POISSON)
    assert stabilised.sigma == pytest.approx(50)
    assert stabilised.image.max() < 1
    assert stabilise(np.zeros((3, 3)), POISSON).image.max() == 0


def test_no_light_is_no_light() -> None:
    stabilised = stabilise(np.array([0.0, 50.0]), POISSON)
    assert counts_of(np.zeros(3), stabilised) == pytest.approx(np.zeros(3), abs=1e-9)
    dark = Stabilised(stabilised.image, stabilised.sigma, 0.0, stabilised.span, CAMERA)
    np.testing.assert_array_equal(counts_of(np.zeros(3), dark), CAMERA.offset)


@pytest.mark.parametrize("model", [POISSON, CAMERA])
def test_a_photograph_of_few_photons_is_denoised(model: CountModel) -> None:
    electrons = 1 + data.coins()[30:78, 40:80] / 255 * 30
    stabilised = stabilise(_counts(electrons, model), model)
    own = DictionaryPrior("sigma25-mean-free").prepare("denoise", 25, Solver("unrolled")).tuned
    prior = DictionaryPrior("sigma25-mean-free", own.beta, own.lam)
    image = denoise_by(prior, stabilised.image[None], stabilised.sigma, Solver("unrolled")).image[0]
    truth = model.gain * electrons + model.offset
    restored = counts_of(image, stabilised)
    error = np.mean((restored - truth) ** 2)
    assert error < 0.25 * np.mean((_counts(electrons, model) - truth) ** 2)
    assert abs((restored - truth).mean()) < 0.03 * model.gain * electrons.mean()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gain": 0.0}, "gain has to be a positive"),
        ({"gain": math.inf}, "gain has to be a positive"),
        ({"read_noise": -1.0}, "read noise has to be zero or positive"),
        ({"read_noise": math.nan}, "read noise has to be zero or positive"),
        ({"offset": math.inf}, "offset has to be a number"),
    ],
)
def test_numbers_out_of_range_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ReconError, match=message) as refused:
        CountModel(**options)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("counts", [[1.0, math.nan], [math.inf], []])
def test_counts_have_to_be_finite(counts: list[float]) -> None:
    with pytest.raises(ReconError, match="finite numbers, and at least one"):
        stabilise(counts, POISSON)
