from __future__ import annotations

import pytest
import torch
from torch import Tensor

from recon_cli.engine.circulant import Circulant, CirculantsBeside, on_grid, symbol_of, symmetric
from recon_cli.engine.domain import to_images, to_planes
from recon_cli.engine.patches.grid import PatchGrid
from recon_cli.engine.patches.overlap import OverlapSum

from ..helpers import assert_adjoint, normal, relative

shapes = pytest.mark.parametrize(
    ("height", "width"), [(6, 8), (5, 7), (6, 7), (5, 8), (1, 4), (3, 1), (2, 2)]
)


def convolve_slowly(z: Tensor, kernel: Tensor) -> Tensor:
    """Convolve complex images circularly by a double loop over the kernel."""
    out = torch.zeros_like(z, dtype=kernel.dtype)
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            out += kernel[i, j] * z.roll((i, j), (1, 2))
    return out


def kernel_of(spectrum: Tensor) -> Tensor:
    return torch.fft.ifft2(spectrum.to(torch.complex128))


@shapes
@pytest.mark.parametrize("parts", [1, 2])
def test_it_is_the_convolution_with_the_kernel_of_the_spectrum(height: int, width: int, parts: int) -> None:
    full = normal(height, width, seed=3)
    if parts == 1:
        full = 0.5 * (full + full.flip(0, 1).roll((1, 1), (0, 1)))
    spectrum = full[:, : width // 2 + 1] if parts == 1 else full
    x = normal(2 * parts, height, width)
    slow = to_planes(convolve_slowly(to_images(x, parts), kernel_of(full)), parts)
    fast = Circulant(spectrum, parts)(x)
    assert fast.is_contiguous()
    assert relative(fast, slow) < 1e-12


@shapes
@pytest.mark.parametrize("parts", [1, 2])
def test_a_real_spectrum_is_self_adjoint(height: int, width: int, parts: int) -> None:
    spectrum = normal(height, width, seed=3)
    convolution = Circulant(symmetric(spectrum) if parts == 1 else spectrum, parts)
    x, y = normal(2 * parts, height, width), normal(2 * parts, height, width, seed=1)
    assert_adjoint(convolution, convolution, x, y)


@shapes
def test_the_symmetric_part_is_that_of_the_definition(height: int, width: int) -> None:
    spectrum = normal(height, width)
    half = symmetric(spectrum)
    assert half.shape == (height, width // 2 + 1)
    for i in range(height):
        for j in range(width // 2 + 1):
            mirrored = spectrum[-i % height, -j % width]
            assert float(half[i, j]) == pytest.approx(float(0.5 * (spectrum[i, j] + mirrored)))


@shapes
def test_the_symmetric_part_is_the_real_part_of_the_convolution(height: int, width: int) -> None:
    spectrum, x = normal(height, width), normal(2, height, width, seed=1)
    both = torch.stack((x, torch.zeros_like(x)), 1).flatten(0, 1)
    assert relative(Circulant(symmetric(spectrum), 1)(x), Circulant(spectrum, 2)(both)[0::2]) < 1e-12


@shapes
def test_the_whole_grid_continues_the_half_one_by_symmetry(height: int, width: int) -> None:
    half = symmetric(normal(height, width))
    assert on_grid(half, width, 1) is half
    full = on_grid(half, width, 2)
    assert full.shape == (height, width)
    for i in range(height):
        for j in range(width):
            place = (i, j) if j <= width // 2 else (-i % height, -j % width)
            assert full[i, j] == half[place]


@shapes
def test_both_grids_are_the_same_convolution(height: int, width: int) -> None:
    half, x = symmetric(normal(height, width)), normal(4, height, width, seed=1)
    on_planes = Circulant(on_grid(half, width, 1), 1)(x)
    assert relative(Circulant(on_grid(half, width, 2), 2)(x), on_planes) < 1e-12


STRIDES = [(1, 5, 7), (2, 6, 8), (2, 4, 10), (3, 6, 9), (3, 3, 3)]


def block_circulant(stride: int, height: int, width: int, parts: int, seed: int = 0) -> Circulant:
    """Return a positive definite map that commutes with shifts by the stride."""
    full = height // stride, width // stride
    grid = (full[0], full[1] // 2 + 1) if parts == 1 else full
    root = torch.randn(
        stride**2, stride**2, *full, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
    )
    root = torch.fft.rfft2(root) if parts == 1 else torch.fft.fft2(root)
    symbol = torch.einsum("ikab,jkab->ijab", root, root.conj())
    assert symbol.shape[2:] == grid
    return Circulant(symbol[0, 0].real if stride == 1 else symbol, parts, stride).shifted(1.0)


@pytest.mark.parametrize(("stride", "height", "width"), STRIDES)
@pytest.mark.parametrize("parts", [1, 2])
def test_a_block_circulant_map_commutes_with_shifts_by_its_stride_alone(
    stride: int, height: int, width: int, parts: int
) -> None:
    x, convolution = normal(2 * parts, height, width), block_circulant(stride, height, width, parts)
    for shift in ((stride, 0), (0, stride), (2 * stride, stride)):
        assert relative(convolution(x.roll(shift, (1, 2))), convolution(x).roll(shift, (1, 2))) < 1e-12
    moved = relative(convolution(x.roll(1, 2)), convolution(x).roll(1, 2))
    assert (moved < 1e-12) == (stride == 1)


@pytest.mark.parametrize(("stride", "height", "width"), STRIDES)
@pytest.mark.parametrize("parts", [1, 2])
def test_the_inverse_undoes_a_block_circulant_map(stride: int, height: int, width: int, parts: int) -> None:
    x, y = normal(2 * parts, height, width), normal(2 * parts, height, width, seed=1)
    convolution = block_circulant(stride, height, width, parts)
    assert_adjoint(convolution, convolution, x, y)
    assert relative(convolution.inverse()(convolution(x)), x) < 1e-10
    single = convolution.to(x.float())(x.float())
    assert single.dtype == torch.float32
    assert relative(single, convolution(x)) < 1e-5


@pytest.mark.parametrize(("stride", "height", "width"), STRIDES)
@pytest.mark.parametrize("parts", [1, 2])
def test_the_symbol_of_a_convolution_gives_the_same_map(
    stride: int, height: int, width: int, parts: int
) -> None:
    full, x = normal(height, width, seed=3), normal(2 * parts, height, width)
    spectrum = symmetric(full) if parts == 1 else full
    symbol = symbol_of(spectrum, (height, width), parts, stride)
    assert relative(Circulant(symbol, parts, stride)(x), Circulant(spectrum, parts)(x)) < 1e-12
    shifted = Circulant(symbol, parts, stride).shifted(0.7)(x)
    assert relative(shifted, Circulant(spectrum, parts)(x) + 0.7 * x) < 1e-12


@pytest.mark.parametrize("stride", [1, 2])
def test_the_typical_eigenvalue_is_the_geometric_mean(stride: int) -> None:
    """Of the map `x -> sum_k P_k' W P_k x` on 8 x 8 pixels, written as a matrix."""
    grid = PatchGrid(1, 8, 8, 4, stride, "periodic")
    root = normal(16, 16)
    overlap = OverlapSum(root @ root.T + 0.1 * torch.eye(16, dtype=root.dtype), grid)
    eye = torch.eye(64, dtype=root.dtype)
    matrix = torch.stack([overlap(column.view(1, 8, 8)).flatten() for column in eye])
    eigenvalues = torch.linalg.eigvalsh(matrix)
    typical = Circulant(overlap.symbol(2), 2, stride).typical()
    assert typical == pytest.approx(float(eigenvalues.log().mean().exp()), rel=0.05)
    of_real_images = Circulant(overlap.symbol(1), 1, stride).typical()  # the half grid counts columns once
    assert of_real_images == pytest.approx(typical, rel=0.3)


@pytest.mark.parametrize("parts", [1, 2])
@pytest.mark.parametrize("stride", [1, 2])
def test_each_image_of_a_batch_has_its_own_map(stride: int, parts: int) -> None:
    rows, cols = 3, (6 // 2 + 1 if parts == 1 else 6)
    shape = (rows, cols) if stride == 1 else (4, 4, rows, cols)
    symbols = [
        normal(*shape, seed=k) + (1j * normal(*shape, seed=k + 3) if stride > 1 else 0) for k in range(3)
    ]
    maps = [Circulant(symbol, parts, stride) for symbol in symbols]
    x = normal(3 * parts, stride * rows, stride * 6)
    together = CirculantsBeside(maps)(x)
    for one, own, its in zip(maps, x.split(parts), together.split(parts), strict=True):
        assert relative(its, one(own)) < 1e-12


def test_planes_next_to_each_other_may_have_the_same_map() -> None:
    maps = [Circulant(normal(4, 4, seed=k), 1) for k in range(2)]
    x = normal(4, 4, 6)
    together = CirculantsBeside(maps, 2)(x)
    assert relative(together, torch.cat((maps[0](x[:2]), maps[1](x[2:])))) < 1e-12
