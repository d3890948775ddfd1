from __future__ import annotations

import pytest
import torch

from recon_cli.engine.priors.dictionary.codes import Codes
from recon_cli.engine.priors.dictionary.problem import Variant
from recon_cli.engine.priors.dictionary.shrinkage import shrink
from recon_cli.engine.solvers.code_sweep import code_sweep_of
from recon_cli.engine.solvers.sparse_coding import ExactCoder, FistaCoder

from ...helpers import VARIANTS, centred_slowly, fold_slowly, random_problem, relative, sparse_codes_slowly

DTYPES = (torch.float32, torch.float64)
both_variants = pytest.mark.parametrize("variant", VARIANTS)
both_coders = pytest.mark.parametrize("kind", [ExactCoder, FistaCoder])
both_dtypes = pytest.mark.parametrize("dtype", DTYPES, ids=str)


@pytest.mark.slow
@both_variants
@both_coders
@both_dtypes
def test_it_codes_every_patch_and_folds_the_synthesis(
    kind: type[ExactCoder] | type[FistaCoder], variant: Variant, dtype: torch.dtype
) -> None:
    problem = random_problem(variant, batch=2, lam=0.03, dtype=dtype)
    sweep = code_sweep_of(problem, kind(problem.dictionary, problem.lam, 1e-6, 3000))
    state = problem.start.new_zeros(20, problem.grid.columns)
    folded, size, moved = sweep(problem.start, state, list(problem.blocks()))
    wide = problem.dictionary.double()
    codes = sparse_codes_slowly(wide, centred_slowly(problem, problem.start).double(), problem.lam.double())
    assert relative(folded.double(), fold_slowly(wide @ codes, problem.start.double())) < 1e-3
    own = shrink(state, sweep.threshold).double()
    squares = own.square().view(20, 2, -1).sum((0, 2))
    assert not bool(size.any())
    assert relative(moved, squares) < 1e-5


@both_coders
@both_dtypes
def test_the_change_is_that_of_the_codes(
    kind: type[ExactCoder] | type[FistaCoder], dtype: torch.dtype
) -> None:
    problem = random_problem(batch=2, lam=0.03, dtype=dtype)
    sweep = code_sweep_of(problem, kind(problem.dictionary, problem.lam))
    state = problem.start.new_zeros(20, problem.grid.columns)
    blocks = list(problem.blocks())
    sweep(problem.start, state, blocks)
    before = Codes(state.clone(), sweep.threshold).dense().double()
    _, size, moved = sweep(0.8 * problem.start, state, blocks)
    change = Codes(state, sweep.threshold).dense().double() - before
    for found, values in ((size, before), (moved, change)):
        assert relative(found, values.square().view(20, 2, -1).sum((0, 2))) < 1e-5
