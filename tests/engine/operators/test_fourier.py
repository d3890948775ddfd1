from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from recon_cli.engine.operators import Fourier
from recon_cli.engine.operators.fourier import Origin

from ...helpers import assert_adjoint, complex_normal, normal, random_mask, relative
from .every import mean_diagonal

SHAPES = [(6, 8), (5, 7), (6, 7), (7, 4)]
ORIGINS: tuple[Origin, ...] = ("centered", "uncentered", "shifted")
CASES = list(itertools.product(SHAPES, ORIGINS))
cases = pytest.mark.parametrize(("shape", "origin"), CASES)


def make(shape: tuple[int, int], origin: Origin = "centered") -> Fourier:
    return Fourier(random_mask(*shape, origin), origin)


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


def transformed(z: Tensor, origin: Origin) -> Tensor:
    """Return every sample of images, from the definition."""
    full = (transform_matrix(*z.shape[1:], origin == "centered") @ z.flatten(1).T).T.view_as(z)
    return torch.fft.fftshift(full, (-2, -1)) if origin == "shifted" else full


@cases
def test_sampling_is_the_explicit_transform(shape: tuple[int, int], origin: Origin) -> None:
    operator = make(shape, origin)
    z = complex_normal(2, *shape)
    assert relative(operator.forward(z), transformed(z, origin) * operator.mask) < 1e-12
    assert relative(operator.forward(z.real), transformed(z.real + 0j, origin) * operator.mask) < 1e-12
    assert_adjoint(operator.forward, operator.adjoint, z, complex_normal(2, *shape, seed=1))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shifted_transform_is_that_of_textbooks(shape: tuple[int, int]) -> None:
    operator = make(shape, "shifted")
    z = complex_normal(2, *shape)
    full = torch.fft.fftshift(torch.fft.fft2(z, norm="ortho"), (-2, -1))
    assert relative(operator.forward(z), full * operator.mask) < 1e-12


@pytest.mark.parametrize("shape", SHAPES)
def test_a_constant_image_has_its_energy_at_the_origin(shape: tuple[int, int]) -> None:
    everything = torch.ones(shape, dtype=torch.bool)
    image = torch.ones(1, *shape, dtype=torch.complex128)
    middle = (shape[0] // 2, shape[1] // 2)
    for origin, place in zip(ORIGINS, (middle, (0, 0), middle), strict=True):
        samples = Fourier(everything, origin).forward(image)[0].abs()
        assert float(samples[place]) == pytest.approx((shape[0] * shape[1]) ** 0.5)
        assert float(samples.sum()) == pytest.approx(float(samples[place]))


@cases
def test_normal_is_the_adjoint_of_forward(shape: tuple[int, int], origin: Origin) -> None:
    operator, z = make(shape, origin), complex_normal(2, *shape)
    assert relative(operator.normal(z), operator.adjoint(operator.forward(z))) < 1e-12
    x = normal(2, *shape)
    real = operator.normal(x)
    assert not real.is_complex()
    assert relative(real, operator.adjoint(operator.forward(x)).real) < 1e-12
    assert relative(operator.normal(x.float()), real) < 1e-6
    assert operator.norm(x) == 1
    assert torch.equal(operator.start(z), operator.adjoint(z))


@cases
def test_the_spectrum_is_that_of_normal(shape: tuple[int, int], origin: Origin) -> None:
    operator = make(shape, origin)
    assert relative(operator.spectrum(normal(1)), mean_diagonal(operator)) < 1e-12


@cases
def test_samples_of_the_mask_come_back_from_a_complex_image(shape: tuple[int, int], origin: Origin) -> None:
    operator = make(shape, origin)
    y = complex_normal(2, *shape) * operator.mask
    assert relative(operator.forward(operator.adjoint(y)), y) < 1e-12


def test_what_lies_off_the_mask_does_not_count() -> None:
    operator = make((6, 7))
    y = complex_normal(2, 6, 7)
    assert 0 < int(operator.mask.sum()) < 42
    assert torch.equal(operator.adjoint(y + 5 * ~operator.mask), operator.adjoint(y))
    for x in (normal(2, 6, 7), complex_normal(2, 6, 7)):
        assert not bool(operator.forward(x)[:, ~operator.mask].any())


def test_a_stack_of_coils_is_transformed_coil_by_coil() -> None:
    operator, z = make((6, 7)), complex_normal(2, 3, 6, 7)
    for coil in range(3):
        assert torch.equal(operator.forward(z)[:, coil], operator.forward(z[:, coil]))
        assert torch.equal(operator.adjoint(z)[:, coil], operator.adjoint(z[:, coil]))
