from __future__ import annotations

import numpy as np
import pytest
import torch

from recon_cli import Measurement, reconstruct
from recon_cli.errors import ReconError
from recon_cli.operators import Crop
from recon_cli.priors import NonLocalMeans, Wavelets
from recon_cli.solver import Solver

from ..photograph import denoise_by, with_noise

BOTH = [NonLocalMeans, Wavelets]


@pytest.mark.parametrize("kind", BOTH)
def test_nothing_is_certified(kind: type[NonLocalMeans | Wavelets]) -> None:
    done = denoise_by(kind(), with_noise(25)[:, :20, :20], 25)
    assert (done.objective, done.gap, done.iterations, done.used[0].tolerance) == (None, None, 0, None)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shape", [(1, 60), (60, 1), (3, 3), (1, 1)])
@pytest.mark.parametrize("kind", BOTH)
def test_images_that_are_thinner_than_a_patch(
    kind: type[NonLocalMeans | Wavelets], shape: tuple[int, int]
) -> None:
    noisy = 0.5 + 0.1 * np.random.default_rng(0).standard_normal((1, *shape)).astype(np.float32)
    image = np.asarray(denoise_by(kind(), noisy, 25).image)
    assert image.shape == noisy.shape
    assert image.std() <= noisy.std()


@pytest.mark.parametrize("kind", BOTH)
def test_a_strength_of_ones_own(kind: type[NonLocalMeans | Wavelets]) -> None:
    noisy = with_noise(25)[:, :24, :24]
    weak, strong = (denoise_by(kind(value), noisy, 25) for value in (0.02, 0.4))
    assert list(weak.used[0].parameters.values()) == [0.02]
    assert np.asarray(strong.image).std() < np.asarray(weak.image).std()


@pytest.mark.parametrize("kind", BOTH)
def test_only_images_of_a_known_noise_level_are_denoised(kind: type[NonLocalMeans | Wavelets]) -> None:
    name = kind.name
    for task, sigma in (("mri", 25), ("denoise", None)):
        with pytest.raises(ReconError, match=f"{name} denoises images of a known noise level, and nothing"):
            kind().prepare(task, sigma, Solver())  # type: ignore[arg-type]
    framed = Measurement(Crop((12, 12), 2), torch.zeros(1, 12, 12), sigma=25)
    with pytest.raises(ReconError, match=f"{name} denoises real images, and nothing else"):
        reconstruct(framed, kind())
