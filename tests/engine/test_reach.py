from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_cli.engine.domain import Box
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import Identity
from recon_cli.engine.priors.dictionary.problem import PatchProblem, objective, steepest
from recon_cli.engine.priors.ridge.filters import compose
from recon_cli.engine.priors.ridge.regulariser import Profiles, RidgeRegulariser
from recon_cli.engine.priors.total_variation import STEEPEST, gradient
from recon_cli.engine.reach import with_all_data, within_reach
from recon_cli.engine.solvers.joint_admm import joint_admm

from ..helpers import measure, normal, random_dictionary, random_images


def _problem(measurement: Measurement) -> PatchProblem:
    return PatchProblem.create(measurement, random_dictionary(4, 20), 0.7, 0.01)


@pytest.mark.slow
def test_moved_data_have_the_same_minimiser_and_their_objective_is_that_of_all() -> None:
    data = random_images(1, 11, 13)
    data[0, 4, 5], data[0, 8, 2] = 1e4, -3e3
    slope = steepest(0.7, 4, "mean-free")
    given = measure("identity", data)
    moved = within_reach(given, slope)
    assert moved.data[0, 4, 5] == 1 + slope
    assert moved.data[0, 8, 2] == -slope
    assert int((moved.data != data).sum()) == 2
    solutions = [joint_admm(_problem(each), tolerance=1e-8, max_iterations=20_000) for each in (given, moved)]
    assert all(solution.converged for solution in solutions)
    torch.testing.assert_close(solutions[0].image, solutions[1].image, rtol=0, atol=1e-4)
    answer = with_all_data(solutions[1], given, moved)
    literal = objective(_problem(given), answer.image, answer.codes).total
    assert answer.objective == pytest.approx(float(literal), rel=1e-12)


def test_in_another_box_data_are_moved_to_where_the_prior_cannot_pull_them_from() -> None:
    data = random_images(1, 11, 13)
    data[0, 4, 5] = 1e4
    wide = Measurement(Identity((11, 13)), data, Box(None, -1.0, 3.0))
    assert float(within_reach(wide, 2.0).data[0, 4, 5]) == 3 + 4 * 2
    narrow = Measurement(Identity((11, 13)), data, Box(None, 0.4, 0.6))
    assert float(within_reach(narrow, 2.0).data[0, 4, 5]) == pytest.approx(0.6 + 2)


def test_data_within_reach_stay_and_so_does_the_answer() -> None:
    given = measure("identity", random_images(1, 11, 13))
    assert within_reach(given, 0.5) is given
    solution = joint_admm(_problem(given), max_iterations=5)
    assert with_all_data(solution, given, given) is solution


def test_data_that_are_no_pixels_stay() -> None:
    far = random_images(1, 11, 13)
    far[0, 4, 5] = 1e4
    for measurement in (measure("fourier real", far), measure("crop", far)):
        assert within_reach(measurement, 0.5) is measurement
    given = measure("identity", far)
    assert within_reach(given, math.inf) is given


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), binary=st.booleans())
def test_no_prior_is_steeper_than_its_bound(seed: int, binary: bool) -> None:
    """At images of [0, 1], black and white ones among them; each bound is at most 1000 times too large."""
    x = torch.rand(1, 12, 11, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    x = x.round() if binary else x
    kernels = compose([normal(6, 1, 3, 3, seed=seed), normal(6, 6, 3, 3, seed=seed + 1)])
    rises, spacings = normal(6, 5, seed=seed + 2).abs(), 0.02 + normal(6, seed=seed + 3).abs() / 10
    ridge = RidgeRegulariser(kernels, Profiles(rises, spacings))
    steep = float(ridge.terms(x, ridge.bank((12, 11)))[1].abs().max())
    assert 1e-3 * ridge.steepest < steep <= ridge.steepest
    field = gradient(x)
    lengths = field.square().sum(0, keepdim=True).sqrt().clamp_min(1e-30)
    unit = field / lengths
    total = unit.abs().sum(0) + torch.nn.functional.pad(unit[0], (0, 0, 1, 0))[:, :-1].abs()
    total = total + torch.nn.functional.pad(unit[1], (1, 0))[:, :, :-1].abs()
    assert 0 < float(total.max()) <= STEEPEST
    patches = x.unfold(1, 4, 1).unfold(2, 4, 1)
    longest = float((patches - patches.mean((-2, -1), keepdim=True)).square().sum((-2, -1)).sqrt().max())
    assert longest <= steepest(1.0, 4, "mean-free") / 4**2


def test_means_of_the_data_leave_no_bound() -> None:
    assert steepest(1.0, 4, "fixed-mean") == torch.inf
