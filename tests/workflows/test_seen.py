from __future__ import annotations

import numpy as np
import torch

from recon_cli.engine.operators.kernels import gaussian
from recon_cli.workflows.images.blurred import BlurredCamera
from recon_cli.workflows.images.inpainting import HollowCamera
from recon_cli.workflows.seen import seen_by


def test_a_measurement_without_some_data_is_that_of_the_others() -> None:
    data = np.random.default_rng(0).random((12, 14), np.float32)
    seen = seen_by(BlurredCamera(kernel=gaussian(0.8)), data, None, 2.0)
    held_out = np.zeros((12, 14), bool)
    held_out[3, 4] = held_out[7, :5] = True
    less = seen.without(held_out)
    image = torch.rand(1, *less.shape)
    whole, part = seen.measurement.forward(image), less.forward(image)
    assert not part[0][torch.from_numpy(held_out)].any()
    assert torch.equal(part[0][~torch.from_numpy(held_out)], whole[0][~torch.from_numpy(held_out)])
    assert less.sigma == seen.measurement.sigma


def test_holes_do_not_count() -> None:
    held = np.arange(30).reshape(5, 6) % 2 == 0
    seen = seen_by(HollowCamera(), np.ones((5, 6), np.float32), held, 5.0)
    assert np.array_equal(seen.where, held)
    assert seen_by(HollowCamera(), np.ones((5, 6), np.float32), None, 5.0).where.all()
