from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage.transform import radon

from recon_cli.engine.operators import ParallelBeam

from ...helpers import normal, random_images, relative
from ...workflows.tomography.scans import ellipse, projected

ANGLES = np.arange(0, 180, 7.5)


def test_projections_of_an_ellipse_are_its_line_integrals() -> None:
    """But for the staircase of its pixels, whose exact areas in strips are as far off."""
    found = ParallelBeam((64, 64), ANGLES.tolist(), 64).forward(torch.from_numpy(ellipse(64))[None])[0]
    exact = torch.from_numpy(projected(64, ANGLES))
    assert relative(found, exact) < 0.01
    assert float((found - exact).abs().max() / exact.max()) < 0.04


def test_an_axis_off_the_middle_moves_the_projections() -> None:
    beams = ParallelBeam((64, 64), ANGLES.tolist(), 64, 33.7)
    found = beams.forward(torch.from_numpy(ellipse(64))[None])[0]
    assert relative(found, torch.from_numpy(projected(64, ANGLES, 33.7))) < 0.01


def test_angles_turn_as_those_of_scikit_image() -> None:
    """Whose axis lies in pixel `n // 2`, and which interpolates."""
    image = ellipse(64)
    beams = ParallelBeam((64, 64), ANGLES.tolist(), 64, 32.0, (32.0, 32.0))
    found = beams.forward(torch.from_numpy(image)[None])[0].numpy()
    wanted = radon(image, ANGLES, circle=True).T
    assert np.linalg.norm(found - wanted) < 0.03 * np.linalg.norm(wanted)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_adjoint_is_exact_to_rounding(dtype: torch.dtype) -> None:
    beams = ParallelBeam((40, 44), ANGLES.tolist(), 48)
    x, y = random_images(2, 40, 44, dtype=dtype), normal(2, len(ANGLES), 48, dtype=dtype)
    there = (beams.forward(x).double() * y).sum()
    here = (x * beams.adjoint(y).double()).sum()
    scale = float(beams.forward(x).norm() * y.norm())
    assert abs(float(there - here)) < 100 * torch.finfo(dtype).eps * scale


def test_the_first_image_is_a_filtered_backprojection() -> None:
    angles = np.arange(0, 180, 1.5)
    start = ParallelBeam((64, 64), angles.tolist(), 64).start(torch.from_numpy(projected(64, angles))[None])
    assert float((start[0] - torch.from_numpy(ellipse(64))).square().mean()) ** 0.5 < 0.06


def test_angles_that_come_twice_count_once_in_the_first_image() -> None:
    twice = np.concatenate((ANGLES, ANGLES[:9], ANGLES + 360))
    one, two = (
        ParallelBeam((64, 64), some.tolist(), 64).start(torch.from_numpy(projected(64, some))[None])
        for some in (ANGLES, twice)
    )
    assert relative(two, one) < 1e-3
