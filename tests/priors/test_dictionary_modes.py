from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from recon_cli.engine.priors.dictionary.problem import Variant
from recon_cli.engine.priors.dictionary.reweighting import Reweighting, activity
from recon_cli.engine.priors.dictionary.solution import PatchSolution
from recon_cli.engine.priors.dictionary.weights_network import MOST, WeightsNetwork
from recon_cli.engine.result import Status
from recon_cli.engine.solvers.coordinate_descent import coordinate_descent
from recon_cli.engine.solvers.ipalm import ipalm
from recon_cli.engine.solvers.joint_admm import joint_admm, settled_admm, short_admm
from recon_cli.modes import Mode
from recon_cli.priors.dictionary_modes import minimise
from recon_cli.solver import Algorithm, Solver

from ..helpers import CASES, generator, normal, random_problem, relative

RULE = Reweighting(
    torch.tensor(2.0, dtype=torch.float64),
    torch.linspace(0.01, 0.05, 20, dtype=torch.float64)[:, None],
    torch.tensor(0.6, dtype=torch.float64),
)


@pytest.mark.parametrize("operator", ["identity", "fourier complex"])
@pytest.mark.parametrize("mode", ["settled", "admm", "ipalm", "early-stop", "unrolled", "fista"])
def test_the_solver_that_is_named_is_called(operator: str, mode: str) -> None:
    problem = random_problem("mean-free", operator)

    def wanted() -> tuple[Solver, PatchSolution]:
        match mode:
            case "settled":
                return Solver(), settled_admm(problem, tolerance=1e-2)
            case "admm":
                return Solver("full"), joint_admm(problem, tolerance=1e-2)
            case "ipalm":
                return Solver("full", algorithm="ipalm"), ipalm(problem, tolerance=1e-2)
            case "early-stop":
                return Solver("early-stop"), coordinate_descent(problem, tolerance=1e-2)
            case "unrolled":
                return Solver("unrolled", steps=3), coordinate_descent(problem, steps=3)
            case _:
                options = Solver("unrolled", inner="fista")
                return options, coordinate_descent(problem, steps=2, inner="fista")

    options, reference = wanted()
    seen: list[Status] = []
    result = minimise(problem, options, 1e-2, seen.append)
    assert result.iterations == reference.iterations
    assert relative(result.image, reference.image) < 1e-12
    seen = [status for status in seen if status.is_evaluated]
    assert all(status.image is not None for status in seen)
    assert tuple(status._replace(image=None) for status in seen) == result.history


@pytest.mark.parametrize("mode", ["settled", "full", "early-stop"])
def test_the_number_of_iterations_is_bounded(mode: str) -> None:
    options = Solver(mode, max_iterations=2)  # type: ignore[arg-type]
    result = minimise(random_problem(), options, 1e-12)
    assert result.iterations == 2
    assert not result.converged


@pytest.mark.parametrize("algorithm", ["admm", "ipalm"])
def test_a_reweighting_makes_the_modes_of_the_minimum_minimise_twice(algorithm: Algorithm) -> None:
    problem = random_problem()
    rule = Reweighting(torch.tensor(2.0), torch.full((20, 1), 0.03), torch.tensor(0.6))
    tolerance = 1e-4 if algorithm == "admm" else 1e-10
    once, twice = (
        minimise(problem, Solver("full", algorithm=algorithm), tolerance, reweighting=each)
        for each in (None, rule)
    )
    assert twice.converged
    assert twice.iterations > once.iterations
    assert relative(twice.image, once.image) > 5e-3
    assert once.codes.weights is None
    assert twice.codes.weights is not None
    assert twice.codes.weights.dtype == torch.float64
    reference = minimise(problem, Solver("full"), 1e-5, reweighting=rule)
    assert relative(twice.image, reference.image) < 5e-3


@pytest.mark.parametrize("operator", ["identity", "fourier complex"])
def test_a_network_corrects_the_weights_of_a_problem_that_is_certified_all_the_same(operator: str) -> None:
    problem = random_problem(operator=operator)
    rule = Reweighting(torch.tensor(2.0), torch.full((20, 1), 0.03), torch.tensor(0.6))
    empty = WeightsNetwork.initial(20, 1, 6, (1, 2), generator(0))
    corrected = replace(rule, network=replace(empty, leave=normal(20, 6, dtype=torch.float32)))
    ruled, found, other = (
        minimise(problem, Solver("full"), 1e-4, reweighting=each)
        for each in (rule, corrected, replace(corrected, sigma=5.0))
    )
    assert found.converged
    assert found.gap is not None
    assert 0 <= found.gap <= 1e-4
    assert found.codes.weights is not None
    assert ruled.codes.weights is not None
    factor = (found.codes.weights / ruled.codes.weights).log()
    assert 0.01 < float(factor.abs().max()) <= MOST
    assert relative(found.image, ruled.image) > 1e-3
    assert relative(found.codes.weights, other.codes.weights) > 1e-6  # type: ignore[arg-type]


@pytest.mark.parametrize(("mode", "tolerance"), [("settled", 0.05), ("full", 1e-3)])
def test_a_count_repeats_a_run(mode: Mode, tolerance: float) -> None:
    problem = random_problem()
    rule = Reweighting(torch.tensor(2.0), torch.full((20, 1), 0.03), torch.tensor(0.6))
    for each in (None, rule):
        done = minimise(problem, Solver(mode), tolerance, reweighting=each)
        assert done.first_iterations == (0 if each is None else each.iterations)
        count = done.iterations - done.first_iterations
        again = minimise(problem, Solver(mode, count=count), 0.5, reweighting=each)
        assert relative(again.image, done.image) < 1e-12
        assert again.iterations == done.iterations


def test_weights_do_not_depend_on_where_a_search_comes_from() -> None:
    problem = random_problem()
    rule = Reweighting(torch.tensor(2.0), torch.full((20, 1), 0.03), torch.tensor(0.6))
    near = minimise(replace(problem, lam=1.02 * problem.lam), Solver("full"), 1e-5, reweighting=rule)
    cold = minimise(problem, Solver("full"), 1e-5, reweighting=rule)
    warm = minimise(problem, Solver("full"), 1e-5, start=near, reweighting=rule)
    assert cold.codes.weights is not None
    assert warm.codes.weights is not None
    assert torch.equal(warm.codes.weights, cold.codes.weights)
    assert warm.iterations < cold.iterations
    assert relative(warm.image, cold.image) < 1e-3


def test_the_first_minimum_is_the_same_in_every_mode() -> None:
    problem = random_problem(lam=0.03, contrast=2.0)
    rule = Reweighting(torch.tensor(2.0), torch.full((20, 1), 0.03), torch.tensor(0.6))
    solvers = (Solver(), Solver("full"), Solver("full", algorithm="ipalm"))
    weights = [minimise(problem, each, 1e-2, reweighting=rule).codes.weights for each in solvers]
    assert weights[0] is not None
    assert all(torch.equal(each, weights[0]) for each in weights if each is not None)


@pytest.mark.parametrize("mode", ["unrolled", "early-stop"])
def test_the_other_modes_have_no_second_minimum(mode: Mode) -> None:
    problem = random_problem()
    rule = Reweighting(torch.tensor(2.0), torch.full((20, 1), 0.03), torch.tensor(0.6))
    plain, ruled = (minimise(problem, Solver(mode), 1e-3, reweighting=each) for each in (None, rule))
    assert torch.equal(plain.image, ruled.image)


@pytest.mark.parametrize(("variant", "operator"), CASES[2::3])
def test_the_second_minimum_has_the_weights_of_the_first(variant: Variant, operator: str) -> None:
    problem = random_problem(variant, operator)
    told: list[Status] = []
    result = minimise(problem, Solver("full"), 1e-5, told.append, reweighting=RULE)
    before = short_admm(problem, RULE.iterations)
    weights = RULE.weights(activity(before.codes, problem.grid))
    cold = joint_admm(replace(problem, weights=weights), tolerance=1e-5)
    assert result.converged
    assert result.gap is not None
    assert result.gap <= 1e-5
    assert torch.equal(result.codes.weights, weights)  # type: ignore[arg-type]
    assert result.objective == pytest.approx(cold.objective, rel=2e-5)
    assert relative(result.image, cold.image) < 5e-3
    assert relative(result.image, before.image) > 5e-3
    assert told[-1].iteration == result.iterations > RULE.iterations == result.first_iterations
    assert [status.iteration for status in told] == list(range(1, result.iterations + 1))


def test_where_nothing_was_found_all_weights_are_the_gain() -> None:
    problem = random_problem(lam=50.0)
    result = minimise(problem, Solver("full"), 1e-5, reweighting=RULE)
    assert torch.equal(result.codes.weights, torch.full_like(result.codes.state, 2.0))  # type: ignore[arg-type]
