from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from recon_cli.engine.priors.dictionary.codes import Codes
from recon_cli.engine.priors.dictionary.problem import objective

from ...helpers import normal, objective_slowly
from .problems import Shape, both_variants, every_lam, every_shape, odd_problem, with_and_without_weights


@pytest.mark.slow
@every_shape
@every_lam
@both_variants
@with_and_without_weights
def test_the_objective_is_that_of_a_loop_over_patches(
    shape: Shape, variant: str, lam: float, weights: bool
) -> None:
    problem = odd_problem(shape, variant, lam, weights)
    state = 0.2 * normal(problem.dictionary.shape[1], problem.grid.columns, dtype=torch.float32)
    threshold = torch.full_like(problem.lam, 0.1)
    for codes in (Codes(state), Codes(state, threshold), Codes(state, threshold, problem.weights)):
        value = objective(problem, problem.start, codes).total
        reference = objective_slowly(problem, problem.start, codes.dense())
        torch.testing.assert_close(value, reference, rtol=1e-5, atol=1e-7)


def test_a_part_of_the_columns_of_another_array_is_as_good() -> None:
    problem = odd_problem(((17, 90), 5, 33, 2), "mean-free", 1e-3)
    wide = 0.2 * normal(33, problem.grid.columns + 9, dtype=torch.float32)
    part = wide[:, 4 : 4 + problem.grid.columns]
    values = [
        objective(problem, problem.start, Codes(each, torch.full_like(problem.lam, 0.05)))
        for each in (part, part.clone())
    ]
    assert torch.equal(values[0].total, values[1].total)
    other = replace(problem, beta=2 * problem.beta)
    assert objective(other, problem.start, Codes(part)).misfit.allclose(
        2 * objective(problem, problem.start, Codes(part)).misfit
    )
