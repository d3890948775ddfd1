from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from recon_cli.engine.operators import CoilMaps, Crop, Fourier, Identity, LinearOperator, Stack

from ...helpers import complex_normal, normal, random_maps, random_mask, relative
from .every import Blur, Thinned, Times, matrix


def test_a_composition_is_the_product_of_the_matrices() -> None:
    outer, inner = Thinned((6, 7)), Blur((6, 7))
    assert relative(matrix(outer @ inner), matrix(outer) @ matrix(inner)) < 1e-12
    other = Times((6, 7), 2.0)
    x = normal(2, 6, 7)
    left, right = (outer @ inner) @ other, outer @ (inner @ other)
    assert torch.equal(left.forward(x), right.forward(x))
    assert torch.equal(left.adjoint(x[:, ::2, ::3]), right.adjoint(x[:, ::2, ::3]))


def test_the_start_is_that_of_the_inner_operator_for_the_start_of_the_outer() -> None:
    crop, blur, y = Crop((4, 5), 1), Blur((6, 7)), normal(2, 4, 5)
    assert torch.equal((crop @ blur).start(y), blur.start(crop.start(y)))


def test_the_norm_is_the_product_and_never_less_than_that_of_the_whole() -> None:
    joined = Crop((4, 5), 1) @ Times((6, 7), 3.0)
    assert joined.norm(normal(1)) == pytest.approx(3.0, rel=0.03)


def test_what_the_inner_operator_sees_is_seen() -> None:
    assert torch.equal((Blur((4, 5)) @ Crop((4, 5), 1)).seen(), Crop((4, 5), 1).seen())
    assert (Crop((4, 5), 1) @ Blur((6, 7))).seen() is None


def test_any_part_that_goes_on_beyond_the_border_makes_the_whole_do_so() -> None:
    mask, crop, maps = random_mask(6, 7), Crop((6, 7), 1), CoilMaps(random_maps(2, 6, 7))
    assert (Fourier(mask) @ crop).is_periodic
    assert (Fourier(mask) @ maps).is_periodic
    assert not (Blur((6, 7)) @ crop).is_periodic
    assert Stack([Blur((6, 7)), Fourier(mask)]).is_periodic
    assert not Stack([Blur((6, 7)), Identity((6, 7))]).is_periodic


def test_a_stack_is_the_matrices_one_above_the_other() -> None:
    parts = [Identity((6, 7)), Thinned((6, 7))]
    stack = Stack(parts)
    assert relative(matrix(stack), torch.cat([matrix(part) for part in parts])) < 1e-12
    x = normal(3, 6, 7)
    assert stack.forward(x).shape == (3, 42 + 9)
    assert torch.equal(stack.forward(x)[:, :42], x.flatten(1))


def test_data_may_be_taken_apart_before_any_were_made() -> None:
    stack, y = Stack([Identity((6, 7)), Thinned((6, 7))]), normal(2, 51)
    whole = y[:, :42].view(2, 6, 7) + Thinned((6, 7)).adjoint(y[:, 42:].view(2, 3, 3))
    assert torch.equal(stack.adjoint(y), whole)


def test_complex_data_of_a_stack_are_those_of_its_operators() -> None:
    scans = [Fourier(random_mask(6, 7, seed=k)) for k in range(2)]
    stack, y = Stack(scans), complex_normal(2, 84)
    parts: list[Tensor] = [
        scan.adjoint(part.view(2, 6, 7)) for scan, part in zip(scans, y.split(42, 1), strict=True)
    ]
    assert relative(stack.adjoint(y), parts[0] + parts[1]) < 1e-12


def test_the_norm_of_a_stack_is_an_upper_bound_from_those_of_its_operators() -> None:
    stack = Stack([Identity((6, 7)), Crop((4, 5), 1)])
    assert stack.norm(normal(1)) == pytest.approx(math.sqrt(2))


def test_a_stack_sees_what_any_of_its_operators_sees() -> None:
    crops = [Crop((4, 5), 1), Crop((2, 3), 2)]
    assert torch.equal(Stack(crops).seen(), crops[0].seen())
    assert Stack([*crops, Blur((6, 7))]).seen() is None


@pytest.mark.parametrize(
    ("operators", "said"),
    [
        ([Identity((6, 7)), Identity((7, 6))], r"\[\(6, 7\), \(7, 6\)\] cannot be stacked"),
        ([], r"\[\] cannot"),
    ],
)
def test_operators_on_images_of_different_shapes_cannot_be_stacked(
    operators: list[LinearOperator], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Stack(operators)
