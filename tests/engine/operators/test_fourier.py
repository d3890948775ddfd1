from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from recon_cli.engine.domain import to_images
from recon_cli.engine.operators.fourier import MaskedFourier, Sampling

from ...helpers import assert_adjoint, assert_linear, dense, normal, random_sampling, relative

SHAPES = [(6, 8), (5, 7), (6, 7), (7, 4)]
CASES = list(itertools.product(SHAPES, (True, False)))
both_parts = pytest.mark.parametrize("parts", [1, 2])
cases = pytest.mark.parametrize(("shape", "centred"), CASES)


def complex_normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.complex(normal(*shape, seed=seed), normal(*shape, seed=seed + 100))


def transform_matrix(height: int, width: int, centred: bool) -> Tensor:
    """Return the orthonormal Fourier transform by its definition, `(samples, pixels)`."""
    origin = (height // 2, width // 2) if centred else (0, 0)
    rows, cols = (
        torch.arange(n, dtype=torch.float64) - o for n, o in zip((height, width), origin, strict=True)
    )
    down, across = rows[:, None] * rows / height, cols[:, None] * cols / width
    angle = down[:, None, :, None] + across[None, :, None, :]
    matrix = torch.polar(torch.ones_like(angle), -2 * torch.pi * angle) / (height * width) ** 0.5
    return matrix.reshape(height * width, height * width)


def diagonal_of(operator: MaskedFourier, height: int, width: int) -> Tensor:
    """Return the diagonal of `F H'H F'` on the grid of the planes, from the dense matrix."""
    matrix = dense(operator.normal, operator.parts, height, width)
    count = height * width
    square = matrix.to(torch.complex128)
    if operator.parts == 2:
        square = torch.complex(matrix[:count, :count], matrix[count:, :count])
        turned = torch.complex(matrix[count:, count:], -matrix[:count, count:])
        assert relative(turned, square) < 1e-12  # it is linear over the complex numbers
    wave = transform_matrix(height, width, False)
    values = (wave @ square @ wave.mH).diagonal().real.view(height, width)
    return values if operator.parts == 2 else values[:, : width // 2 + 1]


@cases
def test_sampling_is_the_explicit_transform(shape: tuple[int, int], centred: bool) -> None:
    sampling = random_sampling(*shape, centred)
    z = complex_normal(2, *shape)
    full = (transform_matrix(*shape, centred) @ z.flatten(1).T).T.view_as(z)
    assert relative(sampling.forward(z), full * sampling.mask) < 1e-12
    assert_adjoint(sampling.forward, sampling.adjoint, z, complex_normal(2, *shape, seed=1))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shifted_transform_is_that_of_textbooks(shape: tuple[int, int]) -> None:
    sampling = replace(random_sampling(*shape), shifted=True)
    z = complex_normal(2, *shape)
    full = torch.fft.fftshift(torch.fft.fft2(z, norm="ortho"), (-2, -1))
    assert relative(sampling.forward(z), full * sampling.mask) < 1e-12
    assert_adjoint(sampling.forward, sampling.adjoint, z, complex_normal(2, *shape, seed=1))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_constant_image_has_its_energy_at_the_origin(shape: tuple[int, int]) -> None:
    everything = torch.ones(shape, dtype=torch.bool)
    image = torch.ones(1, *shape, dtype=torch.complex128)
    for centred, origin in ((True, (shape[0] // 2, shape[1] // 2)), (False, (0, 0))):
        samples = Sampling(everything, centred).forward(image)[0].abs()
        assert float(samples[origin]) == pytest.approx((shape[0] * shape[1]) ** 0.5)
        assert float(samples.sum()) == pytest.approx(float(samples[origin]))


@both_parts
@cases
def test_shapes_linearity_and_adjoint(shape: tuple[int, int], centred: bool, parts: int) -> None:
    operator = MaskedFourier(random_sampling(*shape, centred), parts)
    assert operator.image_shape == shape
    x, y = normal(3 * parts, *shape), complex_normal(3, *shape)
    assert_linear(operator.forward, x, normal(3 * parts, *shape, seed=2))
    assert_linear(operator.adjoint, y, complex_normal(3, *shape, seed=2))
    assert_adjoint(operator.forward, operator.adjoint, x, y)
    assert torch.equal(operator.start(y), operator.adjoint(y))


@both_parts
@cases
def test_normal_is_the_adjoint_of_forward(shape: tuple[int, int], centred: bool, parts: int) -> None:
    operator = MaskedFourier(random_sampling(*shape, centred), parts)
    x = normal(2 * parts, *shape)
    assert relative(operator.normal(x), operator.adjoint(operator.forward(x))) < 1e-12
    assert float(operator.forward(x).norm()) <= float(x.norm())


@both_parts
@cases
def test_the_spectrum_is_that_of_normal(shape: tuple[int, int], centred: bool, parts: int) -> None:
    operator = MaskedFourier(random_sampling(*shape, centred), parts)
    spectrum = operator.spectrum(normal(1))
    assert spectrum.dtype == torch.float64
    assert relative(spectrum, diagonal_of(operator, *shape)) < 1e-12


@cases
def test_samples_of_the_mask_come_back_from_a_complex_image(shape: tuple[int, int], centred: bool) -> None:
    operator = MaskedFourier(random_sampling(*shape, centred), 2)
    y = complex_normal(2, *shape) * operator.sampling.mask
    assert relative(operator.forward(operator.adjoint(y)), y) < 1e-12


@both_parts
def test_what_lies_off_the_mask_does_not_count(parts: int) -> None:
    operator = MaskedFourier(random_sampling(6, 7), parts)
    mask = operator.sampling.mask
    y = complex_normal(2, 6, 7)
    assert 0 < int(mask.sum()) < 42
    assert torch.equal(operator.adjoint(y + 5 * ~mask), operator.adjoint(y))
    assert not bool(operator.forward(normal(2 * parts, 6, 7))[:, ~mask].any())


def test_a_complex_image_without_imaginary_part_has_the_samples_of_the_real_one() -> None:
    sampling = random_sampling(6, 7)
    x = normal(2, 6, 7)
    planes = torch.stack((x, torch.zeros_like(x)), 1).flatten(0, 1)
    assert torch.equal(MaskedFourier(sampling, 2).forward(planes), MaskedFourier(sampling, 1).forward(x))
    y = complex_normal(2, 6, 7)
    zero_filled = MaskedFourier(sampling, 2).adjoint(y)
    assert torch.equal(MaskedFourier(sampling, 1).adjoint(y), zero_filled[0::2])
    assert torch.equal(to_images(zero_filled, 2), sampling.adjoint(y))


@both_parts
def test_the_dual_point_is_the_residual(parts: int) -> None:
    operator = MaskedFourier(random_sampling(6, 7), parts)
    x, y = normal(2 * parts, 6, 7), complex_normal(2, 6, 7)
    assert torch.equal(operator.dual_point(normal(2 * parts, 6, 7), x, y), operator.forward(x) - y)


@both_parts
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_precision_of_the_image_is_kept(parts: int, dtype: torch.dtype) -> None:
    operator = MaskedFourier(random_sampling(6, 7), parts)
    x = normal(2 * parts, 6, 7, dtype=dtype)
    samples = operator.forward(x)
    assert samples.dtype == dtype.to_images()
    assert {operator.adjoint(samples).dtype, operator.normal(x).dtype, operator.spectrum(x).dtype} == {dtype}
