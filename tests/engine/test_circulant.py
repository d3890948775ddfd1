from __future__ import annotations

import pytest
import torch
from torch import Tensor

from recon_cli.engine.circulant import Circulant, on_grid, symmetric
from recon_cli.engine.domain import to_images, to_planes

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
