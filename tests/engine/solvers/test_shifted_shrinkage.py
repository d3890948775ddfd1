from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage import data
from skimage.transform import resize

from recon_cli.engine.domain import Box, UnitDisc
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators.fourier import Fourier
from recon_cli.engine.operators.identity import Identity
from recon_cli.engine.solvers.shifted_shrinkage import shifted_shrinkage
from recon_cli.workflows.mri.masks import generate_mask

from ...helpers import normal

IMAGE = torch.from_numpy(resize(data.camera() / 255, (50, 45), anti_aliasing=True)).float()


def test_thresholds_beyond_every_coefficient_leave_the_coarsest_scale() -> None:
    measurement = Measurement(Identity((48, 48)), IMAGE[None, :48, :].new_full((1, 48, 48), 0.4))
    done = shifted_shrinkage(measurement, 100.0, 3)
    torch.testing.assert_close(done.image, torch.full((1, 48, 48), 0.4))
    assert (done.iterations, done.objective, done.gap, done.converged) == (3, None, None, True)


def test_without_a_threshold_the_data_are_fitted_whatever_the_lengths() -> None:
    done = shifted_shrinkage(Measurement(Identity((50, 45)), IMAGE[None]), 1e-9, 5)
    torch.testing.assert_close(done.image, IMAGE[None], atol=1e-5, rtol=0)


@pytest.mark.parametrize("parts", [1, 2])
def test_what_was_not_sampled_is_filled(parts: int) -> None:
    image = IMAGE.to(torch.complex64) * (np.exp(0.5j) if parts == 2 else 1)
    mask = generate_mask("random", 50, 45, 0.5)
    operator = Fourier(torch.from_numpy(mask))
    samples = operator.forward(image[None])
    domain = UnitDisc() if parts == 2 else Box()
    measurement = Measurement(operator, samples, domain, task="mri")
    done = measurement.images(shifted_shrinkage(measurement, 0.003, 40).image)
    before = measurement.images(measurement.start())
    assert float((done - image).norm()) < 0.6 * float((before - image).norm())
    seen: list[int] = []
    shifted_shrinkage(measurement, 0.003, 4, lambda status: seen.append(status.iteration))
    assert seen == [1, 2, 3, 4]


def test_the_same_data_give_the_same_image() -> None:
    measurement = Measurement(Identity((40, 40)), 0.5 + 0.1 * normal(2, 40, 40))
    one, other = (shifted_shrinkage(measurement, 0.05, 5).image for _ in range(2))
    assert torch.equal(one, other)
    alone = shifted_shrinkage(Measurement(Identity((40, 40)), measurement.data[1:]), 0.05, 5).image
    torch.testing.assert_close(alone, one[1:])
