from __future__ import annotations

import numpy as np
import torch

from recon_cli.workflows.training.crops import pyramid, random_crops

SCALES = (1.0, 0.9, 0.8, 0.7)


def test_scales_stop_where_a_crop_no_longer_fits() -> None:
    image = np.random.default_rng(0).random((40, 60), np.float32)
    assert [tuple(level.shape) for level in pyramid([image], SCALES, 30)] == [(40, 60), (36, 54), (32, 48)]


def test_crops_are_repeatable_and_stand_in_the_image() -> None:
    levels = [torch.arange(100.0).view(10, 10)]
    first = random_crops(levels, 20, 4, torch.Generator().manual_seed(1))
    again = random_crops(levels, 20, 4, torch.Generator().manual_seed(1))
    assert torch.equal(first, again)
    assert first.shape == (20, 4, 4)
    for crop in first:
        steps = {abs(float(crop[0, 1] - crop[0, 0])), abs(float(crop[1, 0] - crop[0, 0]))}
        assert steps == {1.0, 10.0}
    assert len({float(crop[0, 0]) for crop in first}) > 5


def test_without_flips_crops_stand_as_they_are() -> None:
    levels = [torch.arange(100.0).view(10, 10)]
    for crop in random_crops(levels, 20, 4, torch.Generator().manual_seed(1), flips=False):
        assert float(crop[0, 1] - crop[0, 0]) == 1.0
        assert float(crop[1, 0] - crop[0, 0]) == 10.0
