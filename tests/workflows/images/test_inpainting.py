from __future__ import annotations

import numpy as np
import pytest

from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.quality.metrics import psnr
from recon_cli.reconstruction import reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.images.inpainting import HollowCamera
from recon_cli.workflows.images.simulation import some_pixels
from recon_cli.workflows.seen import seen_by

from ...helpers import random_images


@pytest.mark.parametrize("sigma", [1e-3, 0.05])
def test_holes_are_filled_at_hardly_any_noise(sigma: float) -> None:
    clean = random_images(1, 40, 40, seed=3)[0].clamp(0, 1).float().numpy()
    held = some_pixels(clean.shape, 0.5, seed=1)
    seen = seen_by(HollowCamera(), clean * held, held, sigma)
    assert seen.measurement.sigma == pytest.approx(1.6)
    done = reconstruct(seen.measurement, DictionaryPrior(), seen.solver(Solver(max_iterations=60)))
    filled = seen.picture(np.asarray(done.image))[0]
    assert psnr(filled, clean) > psnr(np.where(held, clean, clean.mean()), clean) + 3
    assert np.abs(filled - clean)[held].max() < 0.05
