from __future__ import annotations

import numpy as np
import pytest

from recon_cli.priors import DictionaryPrior, Prior, RidgePrior
from recon_cli.solver import Solver
from recon_cli.workflows.denoising.mirror import Mirror
from recon_cli.workflows.denoising.pictures import denoise_picture


@pytest.mark.parametrize("shape", [(1, 12), (12, 3), (1, 1), (4, 5)])
def test_a_plane_is_extended_by_its_mirror_image_and_found_again(shape: tuple[int, int]) -> None:
    planes = np.random.default_rng(0).random((2, *shape))
    mirror = Mirror.up_to(*shape, 10)
    extended = mirror.extended(planes)
    assert extended.shape[1:] == mirror.shape == tuple(max(side, 10) for side in shape)
    np.testing.assert_array_equal(mirror.own(extended), planes)
    assert set(extended.ravel()) == set(planes.ravel())


@pytest.mark.parametrize("prior", [DictionaryPrior(), RidgePrior()])
@pytest.mark.parametrize("holes", [False, True])
def test_images_smaller_than_what_the_prior_looks_at_are_solved(prior: Prior, holes: bool) -> None:
    clean = np.linspace(0.3, 0.6, 40, dtype=np.float32).reshape(1, 1, 1, 40).repeat(3, 2)
    noisy = clean + 25 / 255 * np.random.default_rng(0).standard_normal(clean.shape).astype(np.float32)
    where = np.zeros((1, 3, 40), np.bool_)
    where[0, 1, 20:23] = True
    done = denoise_picture(
        noisy, np.array([25.0]), prior, Solver(max_iterations=300), 2**30, holes=where if holes else None
    )
    assert done.image.shape == noisy.shape
    assert done.extended == (prior.prepare("denoise", 25, Solver()).smallest, 40)
    assert ((np.asarray(done.image) - clean) ** 2).mean() < 0.2 * ((noisy - clean) ** 2).mean()
