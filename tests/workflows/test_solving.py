from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from recon_cli.workflows.solving import Mode, Solver, SolverOptions, solve

from recon_cli.engine.priors.dictionary.reweighting import Reweighting
from recon_cli.engine.priors.dictionary.solution import PatchSolution
from recon_cli.engine.result import Status
from recon_cli.engine.solvers.coordinate_descent import coordinate_descent
from recon_cli.engine.solvers.ipalm import ipalm
from recon_cli.engine.solvers.joint_admm import joint_admm
from recon_cli.errors import ReconError
from recon_cli.models.tuned import Tuned

from ..helpers import random_problem, relative

TUNED = Tuned(0.3, 1e-3, 0.08)


@pytest.mark.parametrize("name", ["beta", "lam", "tolerance"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.inf, math.nan])
def test_numbers_have_to_be_positive(name: str, value: float) -> None:
    flag = {"tolerance": "tol"}.get(name, name)
    with pytest.raises(ReconError, match=f"--{flag} has to be a positive number") as refused:
        SolverOptions(**{name: value})  # type: ignore[arg-type]
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("name", ["steps", "max_iterations"])
def test_counts_have_to_be_at_least_one(name: str) -> None:
    with pytest.raises(ReconError, match="have to be at least 1"):
        SolverOptions(**{name: 0})


@pytest.mark.parametrize(
    ("options", "tuned", "wanted"),
    [
        (SolverOptions(), TUNED, Tuned(0.3, 1e-3, 1e-3)),
        (SolverOptions(solver="ipalm"), TUNED, Tuned(0.3, 1e-3, 1e-8)),
        (SolverOptions("early-stop"), TUNED, TUNED),
        (SolverOptions("early-stop"), Tuned(0.3, 1e-3), Tuned(0.3, 1e-3, 1e-4)),
        (SolverOptions("early-stop", beta=0.2), TUNED, Tuned(0.2, 1e-3, 1e-4)),
        (SolverOptions("early-stop", lam=0.2), TUNED, Tuned(0.3, 0.2, 1e-4)),
        (SolverOptions("early-stop", tolerance=0.5), TUNED, Tuned(0.3, 1e-3, 0.5)),
        (SolverOptions(beta=0.2, lam=0.1, tolerance=1e-5), None, Tuned(0.2, 0.1, 1e-5)),
    ],
)
def test_what_is_given_comes_before_what_is_tuned(
    options: SolverOptions, tuned: Tuned | None, wanted: Tuned
) -> None:
    assert options.complete(tuned, "nothing") == wanted


@pytest.mark.parametrize("options", [SolverOptions(), SolverOptions(beta=1.0), SolverOptions(lam=1.0)])
def test_missing_parameters_are_named(options: SolverOptions) -> None:
    with pytest.raises(ReconError, match="the model has none; give --beta and --lam") as refused:
        options.complete(None, "the model has none")
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("operator", ["identity", "fourier complex"])
@pytest.mark.parametrize("mode", ["admm", "ipalm", "early-stop", "unrolled", "fista"])
def test_the_solver_that_is_named_is_called(operator: str, mode: str) -> None:
    problem = random_problem("mean-free", operator)

    def wanted() -> tuple[SolverOptions, PatchSolution]:
        match mode:
            case "admm":
                return SolverOptions(), joint_admm(problem, tolerance=1e-2)
            case "ipalm":
                return SolverOptions(solver="ipalm"), ipalm(problem, tolerance=1e-2)
            case "early-stop":
                return SolverOptions("early-stop"), coordinate_descent(problem, tolerance=1e-2)
            case "unrolled":
                return SolverOptions("unrolled", steps=3), coordinate_descent(problem, steps=3)
            case _:
                options = SolverOptions("unrolled", inner="fista")
                return options, coordinate_descent(problem, steps=2, inner="fista")

    options, reference = wanted()
    seen: list[Status] = []
    result = solve(problem, options, 1e-2, seen.append)
    assert result.iterations == reference.iterations
    assert relative(result.image, reference.image) < 1e-12
    assert all(status.image is not None for status in seen)
    assert tuple(status._replace(image=None) for status in seen) == result.history


@pytest.mark.parametrize("mode", ["full", "early-stop"])
def test_the_number_of_iterations_is_bounded(mode: str) -> None:
    options = SolverOptions(mode, max_iterations=2)  # type: ignore[arg-type]
    result = solve(random_problem(), options, 1e-12, None)
    assert result.iterations == 2
    assert not result.converged


@pytest.mark.parametrize("solver", ["admm", "ipalm"])
def test_a_reweighting_makes_the_full_mode_minimise_twice(solver: Solver) -> None:
    problem = random_problem()
    rule = Reweighting(torch.tensor(2.0), torch.full((20, 1), 0.03), torch.tensor(0.6))
    tolerance = 1e-4 if solver == "admm" else 1e-10
    once, twice = (
        solve(problem, SolverOptions(solver=solver), tolerance, reweighting=each) for each in (None, rule)
    )
    assert twice.converged
    assert twice.iterations > once.iterations
    assert relative(twice.image, once.image) > 5e-3
    assert once.codes.weights is None
    assert twice.codes.weights is not None
    assert twice.codes.weights.dtype == torch.float64
    reference = solve(problem, SolverOptions(), 1e-5, reweighting=rule)
    assert relative(twice.image, reference.image) < 5e-3


def test_counts_repeat_a_run() -> None:
    problem = random_problem()
    rule = Reweighting(torch.tensor(2.0), torch.full((20, 1), 0.03), torch.tensor(0.6))
    for each in (None, rule):
        done = solve(problem, SolverOptions(), 1e-3, reweighting=each)
        assert (done.counts[0] > 0) == (each is not None)
        again = solve(problem, SolverOptions(counts=done.counts), 0.5, reweighting=each)
        assert torch.equal(again.image, done.image)
        assert again.counts == done.counts


def test_weights_do_not_depend_on_where_a_search_comes_from() -> None:
    problem = random_problem()
    rule = Reweighting(torch.tensor(2.0), torch.full((20, 1), 0.03), torch.tensor(0.6))
    near = solve(replace(problem, lam=1.02 * problem.lam), SolverOptions(), 1e-5, reweighting=rule)
    cold = solve(problem, SolverOptions(), 1e-5, reweighting=rule)
    warm = solve(problem, SolverOptions(), 1e-5, start=near, reweighting=rule)
    assert cold.codes.weights is not None
    assert warm.codes.weights is not None
    assert torch.equal(warm.codes.weights, cold.codes.weights)
    assert warm.counts[1] < cold.counts[1]
    assert relative(warm.image, cold.image) < 1e-3


@pytest.mark.parametrize(("tolerance", "first"), [(1e-4, 3e-3), (1e-3, 3e-2), (1e-2, 3e-2), (0.5, 0.5)])
def test_the_first_minimum_is_looser_within_limits(tolerance: float, first: float) -> None:
    problem, told = random_problem(lam=0.03, contrast=2.0), list[Status]()
    rule = Reweighting(torch.tensor(2.0), torch.full((20, 1), 0.03), torch.tensor(0.6))
    done = solve(problem, SolverOptions(), tolerance, told.append, reweighting=rule)
    gaps = [status.gap or 0.0 for status in told if status.iteration <= done.counts[0]]
    assert gaps[-1] <= first
    assert all(gap > first for gap in gaps[:-1])


@pytest.mark.parametrize("mode", ["unrolled", "early-stop"])
def test_the_other_modes_have_no_second_minimum(mode: Mode) -> None:
    problem = random_problem()
    rule = Reweighting(torch.tensor(2.0), torch.full((20, 1), 0.03), torch.tensor(0.6))
    plain, ruled = (solve(problem, SolverOptions(mode), 1e-3, reweighting=each) for each in (None, rule))
    assert torch.equal(plain.image, ruled.image)
