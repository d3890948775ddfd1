from __future__ import annotations

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.priors.choosing import NAMES, choose_prior
from recon_cli.solver import Solver

from ..photograph import denoise_by, denoised, with_noise

OTHERS = ("tv", "nlm", "wavelet")


@pytest.mark.parametrize("name", ["model", *OTHERS])
@pytest.mark.parametrize(("sigma", "gain"), [(40, 4), (10, 1.0)])
def test_every_method_denoises(name: str, sigma: float, gain: float) -> None:
    prior, solver = choose_prior(name, "denoise"), Solver("unrolled")
    done = denoised(prior, sigma, gain, solver)
    assert (prior.name, done.used[0].prior, done.used[0].sigma) == (name, name, sigma)
    assert done.iterations == 2 or name != "model"


@pytest.mark.parametrize("name", OTHERS)
def test_the_images_of_a_batch_do_not_touch_each_other(name: str) -> None:
    prior = choose_prior(name, "denoise")
    first, second = with_noise(25)[:, :32, :32], with_noise(25)[:, 32:, 32:]
    both = denoise_by(prior, np.concatenate([first, second]), 25).image
    alone = denoise_by(prior, second, 25).image
    np.testing.assert_allclose(both[1:], alone, atol=3e-3 if name == "tv" else 1e-6)


@pytest.mark.parametrize("name", OTHERS)
def test_tiny_images_are_denoised(name: str) -> None:
    image = denoise_by(choose_prior(name, "denoise"), with_noise(25)[:, :8, :9], 25).image
    assert image.shape == (1, 8, 9)
    assert np.isfinite(image).all()


@pytest.mark.parametrize("task", NAMES)
def test_unknown_methods_are_refused(task: str) -> None:
    known = {"denoise": "; there are model, crr, tv, nlm, wavelet", "mri": " for MRI; there are model, crr"}
    with pytest.raises(ReconError, match=f"there is no method bm3d{known[task]}") as refused:
        choose_prior("bm3d", task)  # type: ignore[arg-type]
    assert refused.value.exit_code == 2


def test_strengths_go_where_they_belong() -> None:
    given = {"model": "mine", "beta": 0.3, "lam": 0.01, "weight": 0.2, "border": "paper"}
    chosen = {name: choose_prior(name, "denoise", **given) for name in NAMES["denoise"]}  # type: ignore[arg-type]
    assert vars(chosen["model"]) == {"model": "mine", "beta": 0.3, "lam": 0.01, "border": "paper"}
    assert vars(chosen["crr"]) == {"model": "mine", "strength": None}
    assert vars(chosen["tv"]) == {"weight": 0.2}
