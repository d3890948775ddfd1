from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from recon_cli import Measurement, ReconError, Reconstruction, Solver, reconstruct
from recon_cli.operators import Convolution, Identity, Mask, UnitDisc
from recon_cli.priors import DictionaryPrior, TotalVariationPrior, ZeroFilling
from recon_cli.reconstruction import combined

from .photograph import CLEAN, with_noise

NOISY = with_noise(25)[:, :18, :16]
FEW = Solver(max_iterations=3)


def _measured(data: Any = NOISY, **more: Any) -> Measurement:
    return Measurement(Identity((18, 16)), data, sigma=more.pop("sigma", 25), **more)


def test_what_is_given_comes_back() -> None:
    array = reconstruct(_measured(), TotalVariationPrior(), FEW)
    tensor = reconstruct(_measured(torch.from_numpy(NOISY)), TotalVariationPrior(), FEW)
    assert isinstance(array.image, np.ndarray)
    assert isinstance(tensor.image, torch.Tensor)
    np.testing.assert_array_equal(tensor.image.numpy(), array.image)
    assert (array.iterations, array.converged, array.device) == (3, False, tensor.device)
    assert array.seconds > 0


def test_a_prepared_prior_is_taken_as_it_is() -> None:
    prior = TotalVariationPrior()
    prepared = prior.prepare("denoise", 50, FEW)
    done = reconstruct(_measured(), prepared, FEW)
    assert done.used == (prepared.used,)
    assert done.used[0].sigma == 50
    assert reconstruct(_measured(sigma=50), prior, FEW).used == done.used


def test_it_knows_whether_there_is_what_the_data_do_not_show() -> None:
    blur = Convolution((18, 16), np.ones((3, 3)) / 9)
    some = Mask(torch.arange(16).expand(18, 16) > 3)
    for operator, unseen in ((Identity((18, 16)), False), (blur, True), (some @ Identity((18, 16)), True)):
        measurement = Measurement(operator, torch.from_numpy(NOISY), sigma=25)
        assert reconstruct(measurement, TotalVariationPrior(), FEW).unseen == unseen


def test_the_scale_is_undone() -> None:
    plain = reconstruct(_measured(), TotalVariationPrior(), FEW).image
    scaled = reconstruct(_measured(scale=0.5), TotalVariationPrior(), FEW).image
    np.testing.assert_allclose(scaled, 2 * np.asarray(plain), rtol=1e-6)


@pytest.mark.slow
def test_a_search_goes_on_from_an_earlier_one() -> None:
    loose, tight, prior = Solver(tolerance=0.1), Solver(tolerance=0.03), DictionaryPrior("sigma25-minimum")
    first = reconstruct(_measured(), prior, loose)
    cold = reconstruct(_measured(), prior, tight)
    warm = reconstruct(_measured(), prior, tight, start=first)
    assert warm.converged
    assert warm.iterations < cold.iterations
    assert warm.gap is not None
    assert warm.gap <= 0.03


def test_the_last_iterations_are_those_of_the_last_minimum() -> None:
    once, twice = (
        reconstruct(_measured(), DictionaryPrior(name), Solver())
        for name in ("sigma25-minimum", "sigma25-reweighted")
    )
    assert once.last_iterations == once.iterations
    assert twice.last_iterations == twice.iterations - 10
    same = Solver(count=twice.last_iterations)
    again = reconstruct(_measured(), DictionaryPrior("sigma25-reweighted"), same)
    np.testing.assert_array_equal(again.image, twice.image)
    assert again.iterations == twice.iterations


def test_it_is_one_short_line() -> None:
    done = reconstruct(_measured(), TotalVariationPrior(), FEW)
    for each in (done, replace(done, image=torch.zeros(1, 4000, 4000), solution=None)):
        said = repr(each)
        assert "\n" not in said
        assert len(said) < 160
        assert "NOT CONVERGED" in said
    assert "<Reconstruction 1 x 18 x 16 by tv" in repr(done)
    zero = repr(reconstruct(_measured(), ZeroFilling()))
    assert "gap" not in zero
    assert "NOT CONVERGED" not in zero


def _part(**changes: Any) -> Reconstruction:
    return replace(reconstruct(_measured(), TotalVariationPrior(), FEW), **changes)


def test_several_are_put_together() -> None:
    parts = [
        _part(iterations=3, gap=0.1, objective=2.0, converged=True, seconds=1.0),
        _part(iterations=7, gap=0.3, objective=4.0, converged=False, seconds=2.0, tiles=4, shortages=1),
    ]
    whole = combined(parts, CLEAN, device="elsewhere")
    assert (whole.iterations, whole.gap, whole.objective, whole.converged) == (7, 0.3, 6.0, False)
    assert (whole.seconds, whole.tiles, whole.shortages, whole.device) == (3.0, 4, 1, "elsewhere")
    assert whole.image is CLEAN
    assert whole.solution is None
    assert len(whole.used) == 1
    nothing = combined([replace(part, gap=None, objective=None) for part in parts], CLEAN)
    assert nothing.gap is nothing.objective is None


@pytest.mark.parametrize(
    ("measurement", "prior", "solver", "said"),
    [
        (NOISY, TotalVariationPrior(), None, "measurement has to be a Measurement, not a ndarray"),
        (
            _measured(),
            TotalVariationPrior,
            None,
            "prior has to be a Prior .*not the class Total",
        ),
        (_measured(), "tv", None, "prior has to be a Prior .*not a str"),
        (_measured(), TotalVariationPrior(), "full", "solver has to be a Solver, not a str"),
        (
            _measured(NOISY[0]),
            TotalVariationPrior(),
            None,
            r"the data have the shape \(18, 16\), which",
        ),
        (_measured(NOISY[:, :12]), TotalVariationPrior(), None, "operator measures images of 18 x 16 pixels"),
        (_measured(NOISY[:0]), TotalVariationPrior(), None, r"the data have the shape \(0, 18, 16\)"),
        (_measured(NOISY * np.nan), TotalVariationPrior(), None, "the data have NaN or infinite values"),
        (_measured(NOISY + 1j), TotalVariationPrior(), None, "complex images do not lie in a Box"),
        (_measured(sigma=-1), TotalVariationPrior(), None, "--sigma has to be a positive number, and is -1"),
        (_measured(sigma=None), TotalVariationPrior(), None, "the measurement has no noise level"),
        (_measured(task="ct"), TotalVariationPrior(), None, "task is one of denoise, mri, and is 'ct'"),
    ],
)
def test_what_cannot_be_reconstructed_is_one_sentence(
    measurement: Any, prior: Any, solver: Any, said: str
) -> None:
    with pytest.raises(ReconError, match=said) as refused:
        reconstruct(measurement, prior, solver)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("data", [[[1.0]], (255 * NOISY).astype(np.int16)])
def test_data_are_floating_or_complex_arrays(data: Any) -> None:
    with pytest.raises(ValueError, match="data have to be"):
        _measured(data)


def test_complex_images_are_denoised_in_the_disc() -> None:
    data = (NOISY * np.exp(0.4j)).astype(np.complex64)
    done = reconstruct(_measured(data, domain=UnitDisc()), TotalVariationPrior())
    image = np.asarray(done.image)
    assert image.dtype == np.complex64
    assert np.abs(image).max() <= 1 + 1e-6
    clean = CLEAN[:, :18, :16] * np.exp(0.4j)
    assert np.linalg.norm(image - clean) < 0.6 * np.linalg.norm(data - clean)
