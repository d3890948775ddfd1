from __future__ import annotations

import pytest

from recon_cli.models.tuned import Tuned
from recon_cli.priors.total_variation import TotalVariationPrior
from recon_cli.workflows.tune.evaluation import better, evaluate_chain, search_solver

from .objectives import denoising, model

CHAIN = [Tuned(0.4, lam) for lam in (6e-4, 4.2e-4, 3e-4, 2.1e-4)]


@pytest.mark.slow
def test_a_warm_start_saves_iterations_and_hardly_moves_the_criterion() -> None:
    cold = list(evaluate_chain(CHAIN, denoising(warm=False, reject=False), None))
    warm = list(evaluate_chain(CHAIN, denoising(warm=True, reject=False), None))
    assert cold[0] == warm[0]
    assert sum(e.iterations for e in warm) < sum(e.iterations for e in cold)
    assert max(abs(a.value - b.value) for a, b in zip(cold, warm, strict=True)) < 0.02


@pytest.mark.slow
def test_a_hopeless_point_is_given_up_early_and_never_the_best() -> None:
    good, bad = Tuned(0.4, 3e-4), Tuned(0.4, 2e-5)
    objective = denoising()
    first, second = evaluate_chain([good, bad], objective, None)
    assert not first.rejected
    assert second.rejected
    assert second.iterations == 10
    assert not better(objective.criterion, second._replace(value=99.0), first)
    patient = list(evaluate_chain([good, bad], denoising(reject=False), None))
    assert patient[1].value < first.value - 0.5


@pytest.mark.slow
def test_a_good_point_is_worth_the_same_after_a_glance() -> None:
    points = [Tuned(0.4, 3.6e-4), Tuned(0.4, 3e-4)]
    _, alone = evaluate_chain(points, denoising(reject=False), None)
    _, watched = evaluate_chain(points, denoising(), alone)
    assert not watched.rejected
    assert abs(watched.value - alone.value) < 0.01
    assert abs(watched.iterations - alone.iterations) <= 5


@pytest.mark.slow
def test_no_point_is_given_up_after_a_cold_start() -> None:
    """There even the best one is far from its result after a few iterations."""
    point = Tuned(0.4, 3e-4)
    (alone,) = evaluate_chain([point], denoising(), None)
    (watched,) = evaluate_chain([point], denoising(), alone._replace(value=alone.value + 3))
    assert watched == alone


def test_where_k_space_is_held_out_images_settle_sooner() -> None:
    settled = search_solver(model(), "settled", held=True).settled
    assert settled is not None
    assert settled > 0.6
    assert search_solver(model(), "settled").settled is None
    assert search_solver(TotalVariationPrior(), "settled", held=True).settled is None
