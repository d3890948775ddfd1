from __future__ import annotations

import numpy as np
import pytest
import torch

from recon_cli.engine.operators import Convolution
from recon_cli.engine.operators.kernels import Kernel, airy, disk, gaussian, motion

KERNELS = {
    "gaussian": lambda shift: gaussian(1.3, shift),
    "airy": lambda shift: airy(1.4, 525, 100, shift),
    "disk": lambda shift: disk(2.6, shift),
    "motion": lambda shift: motion(7, 30, shift),
}


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("shift", [0.0, 0.5, 1.0, 1.5])
def test_kernels_of_formulas_are_normalised_and_centred(name: str, shift: float) -> None:
    kernel = KERNELS[name](shift)
    assert kernel.taps.sum() == pytest.approx(1)
    assert kernel.taps.min() >= 0
    np.testing.assert_allclose(kernel.taps, kernel.taps[::-1, ::-1], atol=1e-12)
    assert [origin - shift for origin in kernel.origin] == pytest.approx(list(kernel.centre))


def test_a_gaussian_and_a_disk_have_the_width_that_they_are_named_by() -> None:
    kernel = gaussian(2.0)
    places = np.arange(len(kernel.taps)) - kernel.origin[0]
    assert (kernel.taps.sum(1) * places**2).sum() == pytest.approx(4, rel=0.01)
    assert disk(3.0).taps.max() == pytest.approx(1 / (np.pi * 9), rel=0.01)


def test_an_airy_pattern_is_dark_at_its_first_ring() -> None:
    kernel = airy(1.0, 1.0, 0.02)
    row, column = kernel.origin
    along = kernel.taps[row, column:]
    assert np.argmin(along[:40]) == pytest.approx(0.61 / 0.02, abs=1)


def test_a_motion_goes_to_the_right_and_up() -> None:
    kernel = motion(9, 45)
    row, column = kernel.origin
    assert kernel.taps[row - 2, column + 2] > 0.05
    assert kernel.taps[row + 2, column + 2] == 0


def test_the_centre_of_mass_of_a_measured_kernel_leaves_a_pixel_where_it_is() -> None:
    taps = np.zeros((6, 8))
    taps[1:4, 5:8] = [[0, 1, 0], [1, 4, 1], [0, 1, 0]]
    kernel = Kernel(taps)
    assert kernel.origin == (2, 6)
    point = torch.zeros(1, 12, 12, dtype=torch.float64)
    point[0, 5, 5] = 1
    seen = Convolution((12, 12), kernel.taps, kernel.origin).forward(point)
    assert divmod(int(seen.argmax()), 12) == (5, 5)


@pytest.mark.parametrize(
    ("taps", "said"),
    [
        (np.zeros((3, 3)), "zero everywhere"),
        (np.full((3, 3), np.nan), "NaN or infinite"),
        (np.full((3, 3), -1.0), "sum -9"),
        (np.ones(3), "shape"),
    ],
)
def test_what_is_no_kernel(taps: np.ndarray, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Kernel(taps)
