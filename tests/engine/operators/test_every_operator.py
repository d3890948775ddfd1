"""What holds for every operator, each made of as little as it can be."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from recon_cli.engine.operators import LinearOperator

from ...helpers import assert_adjoint, assert_linear, complex_normal, normal, random_images, relative
from .every import EVERY, Case, image_kinds, matrix, mean_diagonal

every_case = pytest.mark.parametrize("case", EVERY.values(), ids=EVERY.keys())
both_kinds = pytest.mark.parametrize("kind", image_kinds(), ids=str)
DOUBLE = torch.float64


def images_of(operator: LinearOperator, kind: torch.dtype, batch: int = 2, seed: int = 0) -> Tensor:
    shape = (batch, *operator.image_shape)
    return (
        complex_normal(*shape, seed=seed).to(kind) if kind.is_complex else normal(*shape, seed=seed).to(kind)
    )


def data_of(operator: LinearOperator, kind: torch.dtype, batch: int = 2, seed: int = 10) -> Tensor:
    """Return data without any relation to an image, of the shape and dtype that those of images have."""
    like = operator.forward(images_of(operator, kind, batch))
    if like.is_complex():
        return complex_normal(*like.shape, seed=seed).to(like.dtype)
    return normal(*like.shape, seed=seed).to(like.dtype)


def tensors_of(operator: LinearOperator) -> list[Tensor]:
    """Return the tensors that an operator and those in it hold."""
    found: list[Tensor] = []
    for value in vars(operator).values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, LinearOperator):
                found += tensors_of(part)
            elif isinstance(part, Tensor):
                found.append(part)
    return found


@every_case
@both_kinds
def test_forward_and_adjoint_are_linear_and_adjoint(case: Case, kind: torch.dtype) -> None:
    operator = case.make(DOUBLE)
    x, y = images_of(operator, kind), data_of(operator, kind)
    assert_linear(operator.forward, x, images_of(operator, kind, seed=1))
    assert_linear(operator.adjoint, y, data_of(operator, kind, seed=11))
    assert_adjoint(operator.forward, operator.adjoint, x, y)


@every_case
def test_normal_is_the_adjoint_of_forward(case: Case) -> None:
    """Of real images as well, whose part it may leave out that is imaginary."""
    operator = case.make(DOUBLE)
    for kind in image_kinds():
        x = images_of(operator, kind)
        explicit, normal = operator.adjoint(operator.forward(x)), operator.normal(x)
        if kind.is_complex:
            assert relative(normal, explicit) < 1e-12
        else:
            assert relative(normal.real, explicit.real) < 1e-12


@every_case
def test_the_norm_is_the_largest_singular_value_or_slightly_more(case: Case) -> None:
    operator = case.make(DOUBLE)
    largest = float(torch.linalg.svdvals(matrix(operator))[0])
    for dtype in (torch.float32, torch.float64):
        assert (1 - 1e-3) * largest <= operator.norm(normal(1, dtype=dtype)) <= case.slack * largest


@every_case
@both_kinds
def test_the_start_is_an_image_that_explains_some_of_the_data(case: Case, kind: torch.dtype) -> None:
    operator = case.make(DOUBLE)
    truth = random_images(2, *operator.image_shape).to(kind)
    y = operator.forward(truth)
    start = operator.start(y)
    assert start.shape == truth.shape
    assert start.real.dtype == DOUBLE
    assert kind.is_complex <= start.is_complex()
    image = start if kind.is_complex else start.real
    assert float((operator.forward(image) - y).norm()) < 0.9 * float(y.norm())


@every_case
def test_the_spectrum_is_that_of_the_circulant_nearest_to_normal(case: Case) -> None:
    operator = case.make(DOUBLE)
    wanted, found = mean_diagonal(operator), operator.spectrum(normal(1))
    assert found.shape == operator.image_shape
    assert found.dtype == DOUBLE
    assert bool((found >= 0).all())
    if case.spectrum:
        assert relative(found, wanted) < 1e-12
    else:
        assert relative(found, wanted) < 0.7
        assert float(found.sum() / wanted.sum()) == pytest.approx(1, rel=0.4)


@every_case
def test_what_is_known_as_a_sampled_convolution_is_one(case: Case) -> None:
    operator = case.make(DOUBLE)
    known, x = operator.sampled_convolution(normal(1)), images_of(operator, DOUBLE)
    if known is not None:
        convolved = known[1] * torch.fft.ifft2(known[0] * torch.fft.fft2(x))
        explicit = torch.fft.ifft2(known[0].conj() * torch.fft.fft2(convolved)).real
        assert relative(operator.normal(x), explicit) < 1e-12


@every_case
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_precision_of_the_image_is_kept(case: Case, dtype: torch.dtype) -> None:
    operator = case.make(dtype)
    for kind in image_kinds(dtype):
        x = images_of(operator, kind)
        y = operator.forward(x)
        every = (y, operator.adjoint(y), operator.normal(x), operator.start(y), operator.spectrum(x.real))
        assert {found.real.dtype for found in every} == {dtype}
        assert y.is_complex() >= kind.is_complex


@every_case
def test_an_operator_of_single_precision_takes_images_of_double_precision(case: Case) -> None:
    """As the certificate does."""
    narrow, wide = case.make(torch.float32), case.make(DOUBLE)
    x = images_of(wide, DOUBLE)
    y = narrow.forward(x)
    assert y.real.dtype == narrow.adjoint(y).real.dtype == DOUBLE
    assert relative(y, wide.forward(x)) < 1e-6


@every_case
@both_kinds
def test_a_batch_is_treated_like_its_images(case: Case, kind: torch.dtype) -> None:
    operator = case.make(DOUBLE)
    x, y = images_of(operator, kind, 3), data_of(operator, kind, 3)
    for apply, values in (
        (operator.forward, x),
        (operator.normal, x),
        (operator.adjoint, y),
        (operator.start, y),
    ):
        together = apply(values)
        for k in range(3):
            torch.testing.assert_close(apply(values[k : k + 1]), together[k : k + 1], rtol=1e-12, atol=1e-13)


@every_case
def test_a_device_takes_the_operator_with_all_in_it(case: Case) -> None:
    """The device without memory shows what was moved."""
    operator = case.make(DOUBLE)
    x = images_of(operator, DOUBLE)
    before = operator.forward(x)
    operator.normal(x)  # what it keeps for the next time moves, too
    moved = operator.to("meta")
    assert type(moved) is type(operator)
    assert all(tensor.is_meta for tensor in tensors_of(moved))
    assert len(tensors_of(moved)) == len(tensors_of(operator))
    assert not any(tensor.is_meta for tensor in tensors_of(operator))
    assert torch.equal(operator.to("cpu").forward(x), before)


@every_case
@both_kinds
def test_gradients_flow_through_it(case: Case, kind: torch.dtype) -> None:
    operator = case.make(DOUBLE)
    x, y = images_of(operator, kind, 1), data_of(operator, kind, 1)
    for apply, values in ((operator.forward, x), (operator.normal, x), (operator.adjoint, y)):
        assert torch.autograd.gradcheck(apply, (values.requires_grad_(),), fast_mode=True)


@every_case
def test_what_it_does_not_see_leaves_no_trace_in_the_data(case: Case) -> None:
    operator = case.make(DOUBLE)
    seen = operator.seen()
    power = matrix(operator).abs().square().sum(0).view(operator.image_shape)
    if seen is not None:
        assert seen.shape == operator.image_shape
        assert not bool(power[~seen].any())


def test_data_of_real_images_are_those_of_complex_ones_without_imaginary_part() -> None:
    for case in EVERY.values():
        operator = case.make(DOUBLE)
        x = images_of(operator, DOUBLE)
        assert relative(operator.forward(x + 0j), operator.forward(x) + 0j) < 1e-12
