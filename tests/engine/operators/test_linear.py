from __future__ import annotations

import pytest
import torch

from recon_cli.engine.operators import (
    Composition,
    Crop,
    Identity,
    LinearOperator,
    Mask,
    ParallelBeam,
    Stack,
    Weights,
)

from ...helpers import normal, relative
from .every import Blur, Times


def test_what_is_not_required_has_defaults() -> None:
    operator = Blur((6, 7))
    assert (operator.is_identity, operator.is_periodic, operator.seen()) == (False, False, None)
    assert operator.spectrum_through(normal(6, 7)) is None
    x = normal(2, 6, 7)
    assert torch.equal(operator.normal(x), operator.adjoint(operator.forward(x)))
    assert operator.norm(x) == pytest.approx(1.02 * 1.8, rel=1e-3)
    assert relative(operator.start(x), operator.adjoint(x) / operator.norm(x) ** 2) < 1e-12


def test_the_norm_of_nothing_is_zero() -> None:
    assert Times((4, 5), 0.0).norm(normal(1)) == 0


def test_norm_and_spectrum_are_the_same_at_each_call() -> None:
    operator, like = Crop((4, 5), 1) @ Blur((6, 7)), normal(1)
    assert operator.norm(like) == operator.norm(like)
    assert torch.equal(operator.spectrum(like), operator.spectrum(like))


def test_an_operator_without_adjoint_is_none() -> None:
    class Half(LinearOperator):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x

    with pytest.raises(TypeError, match="adjoint"):
        Half()  # type: ignore[abstract]


def test_operators_are_joined_by_the_sign_of_a_matrix_product() -> None:
    joined = Crop((4, 5), 1) @ Blur((6, 7))
    assert isinstance(joined, Composition)
    assert (joined.outer, type(joined.inner)) == (Crop((4, 5), 1), Blur)
    assert joined.image_shape == (6, 7)
    identity, blur = Identity((6, 7)), Blur((6, 7))
    assert identity @ blur is blur
    assert blur @ identity is blur
    assert identity @ identity is identity


def test_the_memory_held_is_that_of_all_tensors() -> None:
    weights = Weights(torch.ones(5, 6))
    assert weights.held == 4 * 30
    assert (Mask(torch.ones(5, 6, dtype=torch.bool)) @ weights).held == 4 * 30 + 30
    assert Stack((weights, weights)).held == 2 * 4 * 30
    beams = ParallelBeam((8, 8), [0.0, 90.0], 8)
    assert beams.held > 2 * 8 * 36 * 8  # the taps of the interpolation, forth and back
