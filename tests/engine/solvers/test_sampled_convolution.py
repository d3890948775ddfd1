from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from recon_cli.engine.circulant import Circulant
from recon_cli.engine.operators import Convolution, Crop, Decimation, LinearOperator, Mask, Weights
from recon_cli.engine.patches.grid import PatchGrid
from recon_cli.engine.patches.overlap import OverlapSum
from recon_cli.engine.solvers.sampled_convolution import SampledConvolution

from ...helpers import normal, random_mask, relative

SHAPE = (16, 24)
KERNEL = torch.tensor([[0.1, 0.2, 0.0], [0.5, 0.3, -0.1]], dtype=torch.float64)


def blurred(outer: LinearOperator) -> LinearOperator:
    return outer @ Convolution(SHAPE, KERNEL)


def patches(stride: int, share: float = 0.01) -> tuple[OverlapSum, Circulant]:
    """Return a sum over patches and its circulant, with a multiple of the identity, as R."""
    raw = normal(9, 9)
    overlap = OverlapSum(0.01 * raw @ raw.T, PatchGrid(1, *SHAPE, 3, stride, "periodic")).to(normal(1))
    return overlap, Circulant(overlap.symbol(1), 1, stride).shifted(share)


def solver_of(operator: LinearOperator, rest: Circulant) -> SampledConvolution:
    found = SampledConvolution.of(operator, rest, normal(1))
    assert found is not None
    return found


def solved(operator: LinearOperator, stride: int, right: Tensor, calls: int) -> float:
    """Return the relative residual after so many corrections."""
    overlap, rest = patches(stride)
    solve, x = solver_of(operator, rest), torch.zeros_like(right)

    def missed() -> Tensor:
        return right - operator.normal(x) - overlap(x) - 0.01 * x

    for _ in range(calls):
        x = x + solve(missed())
    return float(missed().norm() / right.norm())


OPERATORS = {
    "frame": Weights(torch.full((10, 17), 4.0).double()) @ Crop((10, 17), 2, (2, 3)),
    "coarse": Decimation((5, 8), 2) @ Crop((10, 16), 3, (0, 2)),
    "coarser": Decimation((3, 5), 3) @ Crop((9, 15), 3, (1, 3)),
    "holes": Mask(random_mask(10, 17)) @ Crop((10, 17), 2, (2, 3)),
    "uneven": Weights(1 + normal(10, 17).abs()) @ Crop((10, 17), 2, (2, 3)),
}


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("name", OPERATORS)
def test_corrections_solve_the_system(name: str, stride: int) -> None:
    right = normal(2, *SHAPE, seed=3)
    assert solved(blurred(OPERATORS[name]), stride, right, 30) < 1e-8


@pytest.mark.parametrize("name", ["frame", "coarse"])
def test_one_correction_leaves_less_than_half_of_the_residual(name: str) -> None:
    operator = blurred(OPERATORS[name])
    right = operator.adjoint(operator.forward(normal(1, *SHAPE, seed=3)))
    assert solved(operator, 2, right, 1) < 0.5


@pytest.mark.parametrize("outer", [Decimation((8, 12), 2), Weights(torch.full(SHAPE, 3.0).double())])
def test_what_lacks_nothing_is_solved_at_once(outer: LinearOperator) -> None:
    operator, right = blurred(outer), normal(2, *SHAPE, seed=3)
    assert solved(operator, 2, right, 1) < 1e-12
    _, rest = patches(2)
    solve = solver_of(operator, rest)
    assert relative(solve(right), solve.complete(right)) < 1e-12


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), stride=st.sampled_from([1, 2]), share=st.floats(1e-3, 1.0))
def test_any_weights_are_solved_for(seed: int, stride: int, share: float) -> None:
    weights = torch.rand(SHAPE, generator=torch.Generator().manual_seed(seed)).double()
    weights = torch.where(weights < share, weights, 0)
    assert solved(blurred(Weights(weights)), stride, normal(1, *SHAPE, seed=seed), 40) < 1e-6


def test_planes_do_not_mix() -> None:
    operator, right = blurred(OPERATORS["coarse"]), normal(2, *SHAPE, seed=3)
    solve = solver_of(operator, patches(2)[1])
    right[1] = 0
    assert not bool(solve(right)[1].any())
    assert relative(solve(right)[:1], solve(right[:1])) < 1e-12


def test_other_operators_are_not_known() -> None:
    _, rest = patches(2)
    for operator in (Mask(random_mask(*SHAPE)), Mask(random_mask(*SHAPE)) @ Weights(torch.ones(SHAPE))):
        assert SampledConvolution.of(operator, rest, normal(1)) is None
