from __future__ import annotations

import pytest
import torch
from torch import Tensor

from recon_cli.engine.circulant import Circulant
from recon_cli.engine.domain import Box, UnitDisc, to_images
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import Crop, Fourier, Identity

from ..helpers import (
    assert_adjoint,
    assert_linear,
    complex_normal,
    dense,
    normal,
    random_images,
    random_mask,
    relative,
)
from .operators.every import EVERY, Case, measurement_of

every_case = pytest.mark.parametrize("case", EVERY.values(), ids=EVERY.keys())
both_parts = pytest.mark.parametrize("parts", [1, 2])


def planes_of(measurement: Measurement, seed: int = 0) -> Tensor:
    return normal(len(measurement.data) * measurement.parts, *measurement.shape, seed=seed)


@every_case
@both_parts
def test_planes_go_to_the_data_and_back(case: Case, parts: int) -> None:
    measurement = measurement_of(case, parts)
    x, z = planes_of(measurement), planes_of(measurement, 3)
    y = measurement.forward(z)
    assert torch.equal(measurement.forward(x), measurement.operator.forward(to_images(x, parts)))
    assert_linear(measurement.forward, x, z)
    assert_linear(measurement.adjoint, y, measurement.data)
    assert_adjoint(measurement.forward, measurement.adjoint, x, measurement.data)
    assert relative(measurement.normal(x), measurement.adjoint(measurement.forward(x))) < 1e-12
    for back in (measurement.adjoint(y), measurement.normal(x), measurement.start()):
        assert back.shape == x.shape
        assert back.dtype == torch.float64
        assert back.is_contiguous()


@every_case
@both_parts
def test_the_norm_bounds_how_much_longer_data_are_than_planes(case: Case, parts: int) -> None:
    measurement = measurement_of(case, parts)
    square = dense(lambda x: measurement.normal(x), parts, *measurement.shape)
    largest = float(torch.linalg.eigvalsh(square)[-1]) ** 0.5
    assert (1 - 1e-3) * largest <= measurement.norm
    assert measurement.norm == measurement.operator.norm(normal(1))


@pytest.mark.parametrize("name", [name for name, case in EVERY.items() if case.spectrum])
@both_parts
def test_the_spectrum_is_that_of_the_circulant_nearest_to_normal_of_planes(name: str, parts: int) -> None:
    """The trace of what is left, times any circulant of the same kind, is zero."""
    measurement = measurement_of(EVERY[name], parts)
    height, width = measurement.shape
    spectrum = measurement.spectrum(planes_of(measurement))
    assert spectrum.shape == (height, width // 2 + 1 if parts == 1 else width)
    left = dense(lambda x: measurement.normal(x) - Circulant(spectrum, parts)(x), parts, height, width)
    for seed in range(3):
        other = torch.rand(spectrum.shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
        matrix = dense(Circulant(other, parts), parts, height, width)
        assert abs(float((left * matrix.T).sum())) < 1e-10 * float(matrix.norm()) * measurement.norm**2


@both_parts
def test_sums_of_an_image_are_those_of_its_planes(parts: int) -> None:
    measurement = measurement_of(EVERY["fourier"], parts)
    a, b = planes_of(measurement), planes_of(measurement, 1)
    assert measurement.per_image(torch.arange(2.0 * parts)).tolist() == ([0, 1] if parts == 1 else [1, 5])
    inner = measurement.inner(a, b)
    assert inner.dtype == torch.float64
    torch.testing.assert_close(inner, (a * b).view(2, -1).sum(1))
    spread = measurement.per_plane(torch.tensor([2.0, 3.0], dtype=torch.float64))
    assert spread.shape == (2 * parts, 1, 1)
    assert spread.flatten().tolist() == [2.0] * parts + [3.0] * parts
    assert measurement.per_plane(torch.tensor([True, False])).dtype == torch.bool


@both_parts
def test_numbers_of_images_take_the_precision_of_the_data(parts: int) -> None:
    measurement = measurement_of(EVERY["fourier"], parts, dtype=torch.float32)
    assert measurement.per_plane(torch.ones(2, dtype=torch.float64)).dtype == torch.float32


@both_parts
def test_the_data_term_is_half_the_squared_distance_in_double_precision(parts: int) -> None:
    measurement = measurement_of(EVERY["fourier"], parts)
    measured = measurement.forward(planes_of(measurement))
    slow = 0.5 * (measured - measurement.data).abs().square().flatten(1).sum(1)
    torch.testing.assert_close(measurement.data_term(measured), slow)
    assert measurement.data_term(measured.to(torch.complex64)).dtype == torch.float64


def test_images_are_in_the_units_of_the_user() -> None:
    real = Measurement(Crop((4, 5), 1), random_images(2, 4, 5), scale=0.5)
    x = normal(2, 6, 7)
    assert torch.equal(real.images(x), 2 * x)
    scan = Measurement(Fourier(random_mask(6, 7)), complex_normal(1, 6, 7), UnitDisc(), scale=4.0)
    assert torch.equal(scan.images(x), torch.complex(x[0:1], x[1:2]) / 4)


def test_a_device_takes_operator_data_and_set() -> None:
    support = torch.ones(6, 7, dtype=torch.bool)
    scan = Measurement(
        Fourier(random_mask(6, 7)), complex_normal(1, 6, 7), UnitDisc(support), 25.0, "mri", 2.0
    )
    moved = scan.to("meta")
    assert isinstance(moved.operator, Fourier)
    assert moved.operator.mask.is_meta
    assert moved.data.is_meta
    assert moved.domain.support is not None
    assert moved.domain.support.is_meta
    assert (moved.sigma, moved.task, moved.scale) == (25.0, "mri", 2.0)
    assert not scan.data.is_meta
    plain = Measurement(Crop((4, 5), 1), random_images(1, 4, 5)).to("meta")
    assert plain.domain == Box()


def test_only_the_pixels_within_are_wanted_of_a_part() -> None:
    within = torch.tensor([[True, False], [True, True]])
    part = (slice(1, 3), slice(0, 2))
    measurement = Measurement(Identity((4, 3)), torch.zeros(1, 4, 3), part=part, within=within)
    x = torch.arange(12.0).view(1, 4, 3)
    assert measurement.to("cpu").wanted(x).tolist() == [[[3.0, 0.0], [6.0, 7.0]]]


def test_the_image_of_several_sets_is_the_root_of_their_squares_with_the_first_ones_phase() -> None:
    x = normal(4, 6, 5)
    measurement = Measurement(Identity((6, 5)), normal(2, 6, 5), UnitDisc(), scale=2.0, sets=2)
    found, both = measurement.images(x), to_images(x, 2) / 2
    assert found.shape == (2, 3, 5)
    assert relative(found.abs().square(), both[:, :3].abs().square() + both[:, 3:].abs().square()) < 1e-12
    assert relative(found.sgn(), both[:, :3].sgn()) < 1e-12
