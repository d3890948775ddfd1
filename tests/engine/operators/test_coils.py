from __future__ import annotations

import pytest
import torch
from torch import Tensor

from recon_cli.engine.domain import to_images, to_planes
from recon_cli.engine.operators.coils import Sense
from recon_cli.engine.operators.fourier import MaskedFourier, Sampling

from ...helpers import assert_adjoint, assert_linear, dense, normal, random_maps, random_sampling, relative
from .test_fourier import CASES, complex_normal, transform_matrix

both_parts = pytest.mark.parametrize("parts", [1, 2])
cases = pytest.mark.parametrize(("shape", "centred"), CASES)


def make(shape: tuple[int, int], centred: bool, parts: int, coils: int = 3) -> Sense:
    return Sense(random_sampling(*shape, centred), random_maps(coils, *shape), parts)


@both_parts
@cases
def test_every_coil_is_the_explicit_transform_of_its_image(
    shape: tuple[int, int], centred: bool, parts: int
) -> None:
    operator = make(shape, centred, parts)
    x = normal(2 * parts, *shape)
    samples = operator.forward(x)
    assert samples.shape == (2, 3, *shape)
    wave = transform_matrix(*shape, centred)
    for image, z in enumerate(to_images(x, parts)):
        for coil, sensitivity in enumerate(operator.maps):
            full = (wave @ (sensitivity * z).flatten()).view(shape)
            assert relative(samples[image, coil], full * operator.sampling.mask) < 1e-12


@both_parts
@cases
def test_shapes_linearity_and_adjoint(shape: tuple[int, int], centred: bool, parts: int) -> None:
    operator = make(shape, centred, parts)
    assert operator.image_shape == shape
    x, y = normal(2 * parts, *shape), complex_normal(2, 3, *shape)
    assert_linear(operator.forward, x, normal(2 * parts, *shape, seed=2))
    assert_linear(operator.adjoint, y, complex_normal(2, 3, *shape, seed=2))
    assert_adjoint(operator.forward, operator.adjoint, x, y)
    assert torch.equal(operator.start(y), operator.adjoint(y))


@both_parts
@cases
def test_normal_is_the_adjoint_of_forward(shape: tuple[int, int], centred: bool, parts: int) -> None:
    operator = make(shape, centred, parts)
    x = normal(2 * parts, *shape)
    assert relative(operator.normal(x), operator.adjoint(operator.forward(x))) < 1e-12
    assert float(operator.forward(x).norm()) <= float(x.norm())


@both_parts
@cases
def test_the_spectrum_is_the_mean_diagonal_in_fourier_space(
    shape: tuple[int, int], centred: bool, parts: int
) -> None:
    """The eigenvalues of the circulant nearest to `H'H`, where maps are far from constant."""
    sampling = random_sampling(*shape, centred)
    maps = complex_normal(2, *shape)
    operator = Sense(sampling, maps / maps.abs().square().sum(0).max().sqrt(), parts)
    matrix = dense(operator.normal, parts, *shape)
    count = shape[0] * shape[1]
    square = matrix[:count, :count].to(torch.complex128)
    if parts == 2:
        square = torch.complex(matrix[:count, :count], matrix[count:, :count])
    wave = transform_matrix(*shape, False)
    diagonal = (wave @ square @ wave.mH).diagonal().real.view(shape)
    wanted = diagonal if parts == 2 else diagonal[:, : shape[1] // 2 + 1]
    spectrum = operator.spectrum(normal(1))
    assert spectrum.dtype == torch.float64
    assert relative(spectrum, wanted) < 1e-12


@both_parts
@cases
def test_one_coil_of_ones_is_no_coil(shape: tuple[int, int], centred: bool, parts: int) -> None:
    sampling = random_sampling(*shape, centred)
    ones = torch.ones(1, *shape, dtype=torch.complex128)
    sense, plain = Sense(sampling, ones, parts), MaskedFourier(sampling, parts)
    x, y = normal(2 * parts, *shape), complex_normal(2, *shape)
    assert relative(sense.forward(x)[:, 0], plain.forward(x)) < 1e-12
    assert relative(sense.adjoint(y[:, None]), plain.adjoint(y)) < 1e-12
    assert relative(sense.normal(x), plain.normal(x)) < 1e-12
    assert relative(sense.spectrum(x), plain.spectrum(x)) < 1e-12


def test_full_sampling_by_maps_of_unit_power_returns_the_image() -> None:
    maps = random_maps(4, 6, 7)
    maps = maps / maps.abs().square().sum(0).sqrt()
    operator = Sense(Sampling(torch.ones(6, 7, dtype=torch.bool)), maps)
    x = normal(4, 6, 7)
    assert relative(operator.adjoint(operator.forward(x)), x) < 1e-12
    assert relative(operator.normal(x), x) < 1e-12


def test_the_phase_of_the_maps_is_taken_off_in_the_adjoint() -> None:
    maps = torch.full((1, 5, 6), 1j, dtype=torch.complex128)
    operator = Sense(Sampling(torch.ones(5, 6, dtype=torch.bool)), maps)
    z = complex_normal(1, 5, 6)
    x = to_planes(z, 2)
    assert relative(operator.sampling.adjoint(operator.forward(x))[:, 0], 1j * z) < 1e-12
    assert relative(operator.adjoint(operator.forward(x)), x) < 1e-12


@both_parts
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_precision_of_the_image_is_kept(parts: int, dtype: torch.dtype) -> None:
    maps = random_maps(3, 6, 7, dtype=dtype.to_images())
    operator = Sense(random_sampling(6, 7), maps, parts)
    x = normal(2 * parts, 6, 7, dtype=dtype)
    samples = operator.forward(x)
    assert samples.dtype == dtype.to_images()
    assert {operator.adjoint(samples).dtype, operator.normal(x).dtype, operator.spectrum(x).dtype} == {dtype}


@both_parts
def test_the_dual_point_is_the_residual(parts: int) -> None:
    operator = make((6, 7), True, parts)
    x, y = normal(2 * parts, 6, 7), complex_normal(2, 3, 6, 7)
    assert torch.equal(operator.dual_point(normal(2 * parts, 6, 7), x, y), operator.forward(x) - y)


def _maps(*shape: int, level: float = 0.5) -> Tensor:
    return torch.full(shape, level, dtype=torch.complex64)


@pytest.mark.parametrize(
    ("maps", "said"),
    [
        (_maps(3, 7, 6), r"maps of shape \(3, 7, 6\) and a mask \(6, 7\)"),
        (_maps(6, 7), r"maps of shape \(6, 7\) and a mask \(6, 7\)"),
        (_maps(3, 6, 7, level=0.6), "sum to more than 1"),
    ],
)
def test_maps_that_do_not_fit_or_exceed_one_are_refused(maps: Tensor, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Sense(random_sampling(6, 7), maps)


def test_the_support_is_where_any_map_reaches() -> None:
    maps = _maps(2, 6, 7)
    assert Sense(random_sampling(6, 7), maps).support is None
    maps[0, :3] = 0
    assert Sense(random_sampling(6, 7), maps).support is None
    maps[1, 2:4] = 0
    support = Sense(random_sampling(6, 7), maps).support
    assert support is not None
    assert torch.equal(~support, (torch.arange(6) == 2)[:, None].expand(6, 7))


def test_maps_may_exceed_one_by_rounding() -> None:
    maps = _maps(1, 6, 7, level=1 + 1e-6)
    assert Sense(random_sampling(6, 7), maps).maps is maps
