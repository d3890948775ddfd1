from __future__ import annotations

import numpy as np
import pytest
import torch

from recon_cli.engine.domain import Box
from recon_cli.workflows.images.camera import Camera
from recon_cli.workflows.images.coloured import ColouredCamera

ONE = np.zeros((15, 15))
ONE[7, 7] = 1
SMOOTH = ONE.copy()
SMOOTH[7, 6:9] = -0.2, 1.4, -0.2


def _planes(height: int = 20, width: int = 30) -> np.ndarray:
    return np.random.default_rng(0).random((2, height, width), np.float32)


@pytest.mark.parametrize("weights", [None, np.linspace(0.5, 2, 600, dtype=np.float32).reshape(20, 30)])
def test_a_filter_that_does_nothing_leaves_the_data_term_of_the_picture(weights: np.ndarray | None) -> None:
    planes, camera = _planes(), ColouredCamera(taps=ONE)
    seen, usual = (each.measurement(planes, weights, Box(), 10) for each in (camera, Camera()))
    rows, cols = camera.place((20, 30))
    np.testing.assert_allclose(seen.data[:, rows, cols], usual.data, atol=1e-6)
    image = torch.from_numpy(_planes(*seen.shape)[:1])
    np.testing.assert_allclose(
        seen.forward(image)[:, rows, cols], usual.forward(image[:, rows, cols]), atol=1e-6
    )
    assert (seen.part, seen.sigma) == ((rows, cols), 10)


def test_nothing_wraps_around() -> None:
    """What is measured of the left side of a picture knows nothing of its right side."""
    camera, planes = ColouredCamera(taps=SMOOTH), _planes()
    other = planes.copy()
    other[:, :, 20:] += 5
    one, two = (camera.measurement(each, None, Box(), 10) for each in (planes, other))
    rows, cols = camera.place((20, 30))
    left = (slice(None), rows, slice(cols.start, cols.start + 12))
    np.testing.assert_allclose(one.data[left], two.data[left], atol=1e-5)
    picture = camera.picture(np.asarray(one.data), (20, 30))
    assert picture.shape == planes.shape


def test_memory_counts_the_frame() -> None:
    from recon_cli.priors import TotalVariationPrior
    from recon_cli.solver import Solver

    usual = TotalVariationPrior().prepare("denoise", 25, Solver()).footprint
    more = ColouredCamera(taps=SMOOTH).footprint(usual)
    assert more.frame == usual.frame + 30
    assert more.a_pixel > usual.a_pixel
