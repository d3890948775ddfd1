from __future__ import annotations

import torch

from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import Crop, Mask
from recon_cli.engine.priors.dictionary.problem import PatchProblem
from recon_cli.engine.solvers.joint_admm import joint_admm

from ...helpers import normal, random_dictionary, random_images, random_mask


def test_holes_are_filled_with_what_is_around_them() -> None:
    level = torch.full((2, 21, 34), 0.7)
    level[1] = torch.linspace(0, 1, 34)
    measured = torch.ones(21, 34, dtype=torch.bool)
    measured[4:15, 6:20] = False
    start = Mask(measured).start(level * measured)
    assert torch.equal(start[:, measured], level[:, measured])
    torch.testing.assert_close(start[0], level[0])
    assert float((start[1] - level[1]).abs().max()) < 0.3


def test_a_single_pixel_fills_all_and_none_fills_nothing() -> None:
    measured = torch.zeros(9, 13, dtype=torch.bool)
    data = torch.full((1, 9, 13), 0.4)
    assert not bool(Mask(measured).start(data).any())
    measured[3, 11] = True
    torch.testing.assert_close(Mask(measured).start(data), data)


def test_a_mask_in_a_frame_sees_what_was_measured_in_the_middle() -> None:
    mask, crop = Mask(random_mask(5, 6)), Crop((5, 6), 2)
    framed = mask @ crop
    seen, diagonal = framed.seen(), framed.diagonal(normal(1))
    assert seen is not None
    assert diagonal is not None
    assert torch.equal(seen, crop.adjoint(mask.measured.float()) > 0)
    assert torch.equal(diagonal > 0, seen)


def test_the_minimum_with_holes_is_certified() -> None:
    """Whatever stands in the holes of the data, the minimum is the same, and the gap closes."""
    clean = random_images(1, 14, 15)
    mask = Mask(random_mask(14, 15) | (torch.rand(14, 15) < 0.4))
    found = []
    for seed in (0, 1):
        data = torch.where(mask.measured, clean, normal(1, 14, 15, seed=seed))
        problem = PatchProblem.create(
            Measurement(mask, mask.forward(data)), random_dictionary(4, 20), 0.7, 0.01
        )
        found.append(joint_admm(problem, tolerance=1e-4, max_iterations=20_000))
    assert all(solution.converged for solution in found)
    torch.testing.assert_close(found[0].image, found[1].image)
