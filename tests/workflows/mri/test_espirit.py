from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from recon_cli.workflows.mri.espirit import espirit

from .acquisitions import coil_maps, noise, phantom, transform


def square_of(samples: NDArray[np.generic], side: int) -> torch.Tensor:
    height, width = samples.shape[1:]
    rows, cols = (slice(length // 2 - side // 2, length // 2 + side // 2) for length in (height, width))
    return torch.from_numpy(samples[:, rows, cols].astype(np.complex64))


def literal(square: torch.Tensor, shape: tuple[int, int], row: int, col: int) -> NDArray[np.complex128]:
    """Return the matrix of a pixel: kernels of 6 x 6 samples, each as a wave in that pixel."""
    samples, size = square.numpy().astype(np.complex128), 6
    side, coils = samples.shape[1], len(samples)
    places = [(i, j) for i in range(side - size + 1) for j in range(side - size + 1)]
    patches = np.stack([samples[:, i : i + size, j : j + size].ravel() for i, j in places])
    _, values, right = np.linalg.svd(patches, full_matrices=False)
    kernels = right[values**2 > 1e-3 * values[0] ** 2].reshape(-1, coils, size, size)
    y, x = (index - length // 2 for index, length in zip((row, col), shape, strict=True))
    wave = np.exp(2j * np.pi * (y * np.arange(size)[:, None] / shape[0] + x * np.arange(size) / shape[1]))
    seen = (kernels * wave).sum((2, 3)) / size
    return np.asarray(np.einsum("kc,kd->cd", seen, seen.conj()))


def test_maps_are_the_eigenvectors_of_the_kernels_in_each_pixel() -> None:
    shape = (40, 36)
    samples = transform(coil_maps(4, *shape) * phantom(40)[:, 2:38]) + noise(4, *shape, level=0.01)
    square = square_of(samples, 18)
    sets, both = espirit(square, shape)
    assert sets.shape == (2, 4, *shape)
    assert both.shape == (2, *shape)
    maps, values = sets[0], both[0]
    for row, col in ((20, 18), (12, 20), (25, 9), (3, 30)):
        powers, vectors = np.linalg.eigh(literal(square, shape, row, col))
        assert float(values[row, col]) == pytest.approx(powers[-1], abs=2e-3)
        assert float(both[1, row, col]) == pytest.approx(powers[-2], abs=0.02)
        assert abs(torch.vdot(*sets[:, :, row, col])) < 1e-5
        if powers[-2] < 0.7 * powers[-1]:
            found = maps[:, row, col].numpy().astype(np.complex128)
            assert abs(np.vdot(vectors[:, -1], found)) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("coils", "side"), [(2, 24), (8, 24), (2, 12), (8, 12), (8, 10)])
def test_smooth_maps_are_found_where_the_object_is(coils: int, side: int) -> None:
    truth, head = coil_maps(coils, 64, 64), phantom()
    maps, values = (both[0] for both in espirit(square_of(transform(truth * head), side), (64, 64)))
    inside = values.numpy() > 0.97
    assert inside[np.abs(head) > 0.1].mean() > 0.9
    unit = truth / np.sqrt((np.abs(truth) ** 2).sum(0))
    alike = np.abs((unit.conj() * maps.numpy()).sum(0))[inside & (np.abs(head) > 0.1)]
    assert np.sqrt(2 * (1 - alike.clip(max=1))).mean() < 0.03
    assert float(values.max()) <= 1 + 1e-5
    torch.testing.assert_close(maps.abs().square().sum(0), torch.ones(64, 64), atol=1e-5, rtol=0)


def test_the_phase_of_maps_is_smooth_where_a_coil_sees_nothing() -> None:
    truth = coil_maps(3, 48, 48)
    truth[0, :, :24] = 0
    maps, values = (both[0] for both in espirit(square_of(transform(truth * phantom(48)), 24), (48, 48)))
    inside = values > 0.9
    steps = (maps[:, :, 1:] * maps[:, :, :-1].conj()).sum(0)[inside[:, 1:] & inside[:, :-1]]
    assert float((steps.angle().abs() > 0.5).float().mean()) < 0.02
