"""Every atom with a penalty of its own, through objective, certificate and every solver."""

from __future__ import annotations

from functools import lru_cache

import pytest
import torch

from recon_cli.engine.certificate import RelativeGap
from recon_cli.engine.priors.dictionary.dual_sums import certify
from recon_cli.engine.priors.dictionary.problem import PatchProblem, Variant, objective
from recon_cli.engine.priors.dictionary.solution import PatchSolution
from recon_cli.engine.solvers.coordinate_descent import coordinate_descent
from recon_cli.engine.solvers.ipalm import ipalm
from recon_cli.engine.solvers.joint_admm import joint_admm

from ....helpers import VARIANTS, centred_slowly, objective_slowly, random_iterate, random_problem, relative

both_variants = pytest.mark.parametrize("variant", VARIANTS)


@lru_cache
def minimum(variant: Variant) -> tuple[PatchProblem, PatchSolution]:
    problem = random_problem(variant, lam=0.02, spread=0.8)
    return problem, joint_admm(problem, tolerance=1e-7, max_iterations=5000)


@both_variants
def test_each_atom_is_held_back_by_its_own_penalty(variant: Variant) -> None:
    problem, result = minimum(variant)
    codes = result.codes.dense()
    residual = centred_slowly(problem, result.image) - problem.dictionary @ codes
    correlation = problem.dictionary.T @ residual / problem.lam
    assert float(problem.lam.max() / problem.lam.min()) > 5
    assert float(correlation.abs().max()) < 1.01
    active = codes.abs() > 1e-3
    assert bool(active.any())
    assert float((correlation - torch.sign(codes))[active].abs().max()) < 0.01


@both_variants
def test_the_objective_counts_each_code_with_its_penalty(variant: Variant) -> None:
    problem = random_problem(variant, batch=2, spread=0.8)
    x, codes = random_iterate(problem)
    assert relative(objective(problem, x, codes).total, objective_slowly(problem, x, codes.dense())) < 1e-12


@pytest.mark.slow
@both_variants
def test_the_solvers_agree(variant: Variant) -> None:
    problem, result = minimum(variant)
    assert result.converged
    for inner in ("exact", "fista"):
        swept = coordinate_descent(problem, tolerance=1e-6, max_iterations=3000, inner=inner)  # type: ignore[arg-type]
        assert swept.objective == pytest.approx(result.objective, rel=1e-4)
        assert relative(swept.image, result.image) < 1e-2
    slow = ipalm(problem, tolerance=1e-10, max_iterations=20_000)
    assert slow.objective == pytest.approx(result.objective, rel=1e-4)


@both_variants
def test_the_bound_holds_at_any_codes_and_is_tight_at_the_minimum(variant: Variant) -> None:
    problem, result = minimum(variant)
    for level in (0.3, 0.02):
        x, codes = random_iterate(problem, level=level)
        assert float(certify(problem, x, codes)) <= result.objective * (1 + 1e-9)
    total = objective(problem, result.image, result.codes).total
    assert 0 <= RelativeGap(problem.measurement)(total, certify(problem, result.image, result.codes)) < 3e-3
