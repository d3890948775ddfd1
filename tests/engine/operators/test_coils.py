"""Coils, and with a Fourier transform after them SENSE."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from recon_cli.engine.operators import CoilMaps, Fourier, LinearOperator
from recon_cli.engine.operators.fourier import Origin

from ...helpers import complex_normal, normal, random_maps, random_mask, relative
from .every import mean_diagonal
from .test_fourier import CASES, make, transformed

cases = pytest.mark.parametrize(("shape", "origin"), CASES)


def sense(shape: tuple[int, int], origin: Origin, coils: int = 3) -> LinearOperator:
    return make(shape, origin) @ CoilMaps(random_maps(coils, *shape))


@cases
def test_every_coil_is_the_explicit_transform_of_its_image(shape: tuple[int, int], origin: Origin) -> None:
    operator, maps, mask = sense(shape, origin), random_maps(3, *shape), random_mask(*shape, origin)
    for x in (normal(2, *shape), complex_normal(2, *shape)):
        samples = operator.forward(x)
        assert samples.shape == (2, 3, *shape)
        for coil, sensitivity in enumerate(maps):
            assert relative(samples[:, coil], transformed(sensitivity * x, origin) * mask) < 1e-12


@cases
def test_normal_is_the_adjoint_of_forward(shape: tuple[int, int], origin: Origin) -> None:
    operator, x = sense(shape, origin), complex_normal(2, *shape)
    assert relative(operator.normal(x), operator.adjoint(operator.forward(x))) < 1e-12
    assert float(operator.forward(x).norm()) <= float(x.norm())


@cases
def test_the_spectrum_is_the_mean_diagonal_in_fourier_space(shape: tuple[int, int], origin: Origin) -> None:
    """The eigenvalues of the circulant nearest to `H'H`, where maps are far from constant."""
    maps = complex_normal(2, *shape)
    operator = make(shape, origin) @ CoilMaps(maps / maps.abs().square().sum(0).max().sqrt())
    spectrum = operator.spectrum(normal(1))
    assert spectrum.dtype == torch.float64
    assert relative(spectrum, mean_diagonal(operator)) < 1e-12


@cases
def test_one_coil_of_ones_is_no_coil(shape: tuple[int, int], origin: Origin) -> None:
    plain = make(shape, origin)
    one = plain @ CoilMaps(torch.ones(1, *shape, dtype=torch.complex128))
    x, y = complex_normal(2, *shape), complex_normal(2, *shape, seed=1)
    assert relative(one.forward(x)[:, 0], plain.forward(x)) < 1e-12
    assert relative(one.adjoint(y[:, None]), plain.adjoint(y)) < 1e-12
    assert relative(one.start(y[:, None]), plain.start(y)) < 1e-12
    assert relative(one.normal(x), plain.normal(x)) < 1e-12
    assert relative(one.spectrum(x.real), plain.spectrum(x.real)) < 1e-12


def test_full_sampling_by_maps_of_unit_power_returns_the_image() -> None:
    maps = random_maps(4, 6, 7)
    maps = maps / maps.abs().square().sum(0).sqrt()
    operator = Fourier(torch.ones(6, 7, dtype=torch.bool)) @ CoilMaps(maps)
    for x in (normal(4, 6, 7), complex_normal(4, 6, 7)):
        assert relative(operator.adjoint(operator.forward(x)), x + 0j) < 1e-12
        assert relative(operator.normal(x), x + 0j) < 1e-12


def test_the_phase_of_the_maps_is_taken_off_in_the_adjoint() -> None:
    maps = CoilMaps(torch.full((1, 5, 6), 1j, dtype=torch.complex128))
    z = complex_normal(1, 5, 6)
    assert relative(maps.forward(z)[:, 0], 1j * z) < 1e-12
    assert relative(maps.adjoint(maps.forward(z)), z) < 1e-12


def test_the_norm_is_the_root_of_the_largest_power() -> None:
    maps = CoilMaps(_maps(2, 6, 7, level=3.0))
    assert maps.norm(normal(1)) == pytest.approx(3 * 2**0.5, rel=1e-6)
    assert (Fourier(random_mask(6, 7)) @ maps).norm(normal(1)) == pytest.approx(3 * 2**0.5, rel=1e-6)


def _maps(*shape: int, level: float = 0.5) -> Tensor:
    return torch.full(shape, level, dtype=torch.complex64)


@pytest.mark.parametrize("shape", [(6, 7), (1, 3, 6, 7)])
def test_maps_that_are_no_stack_of_images_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"coil maps are \(coils, height, width\), not of shape"):
        CoilMaps(_maps(*shape))


def test_a_pixel_is_seen_where_any_map_reaches() -> None:
    maps, sampling = _maps(2, 6, 7), Fourier(random_mask(6, 7))
    assert CoilMaps(maps).seen() is None
    maps[0, :3] = 0
    assert CoilMaps(maps).seen() is None
    maps[1, 2:4] = 0
    for operator in (CoilMaps(maps), sampling @ CoilMaps(maps)):
        seen = operator.seen()
        assert seen is not None
        assert torch.equal(~seen, (torch.arange(6) == 2)[:, None].expand(6, 7))
