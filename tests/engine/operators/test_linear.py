from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_cli.engine.operators.crop import Crop
from recon_cli.engine.operators.identity import Identity
from recon_cli.engine.operators.linear import LinearOperator

from ...helpers import assert_adjoint, assert_linear, normal, relative

OPERATORS: list[LinearOperator] = [
    Identity((7, 10)),
    Identity((5, 5)),
    Crop((7, 10), 3),
    Crop((5, 9), 4),
    Crop((4, 3), 7),
    Crop((1, 6), 2),
    Crop((6, 5), 0),
]


def image_of(operator: LinearOperator, seed: int = 0, batch: int = 2) -> torch.Tensor:
    return normal(batch, *operator.image_shape, seed=seed)


def data_of(operator: LinearOperator, seed: int = 1, batch: int = 2) -> torch.Tensor:
    shape = operator.data_shape if isinstance(operator, Crop) else operator.image_shape
    return normal(batch, *shape, seed=seed)


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_forward_and_adjoint_are_linear_and_adjoint(operator: LinearOperator) -> None:
    x, y = image_of(operator), data_of(operator)
    assert_linear(operator.forward, x, image_of(operator, 2))
    assert_linear(operator.adjoint, y, data_of(operator, 3))
    assert_adjoint(operator.forward, operator.adjoint, x, y)


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_normal_is_the_adjoint_of_forward(operator: LinearOperator) -> None:
    x = image_of(operator)
    assert operator.normal(x).shape == x.shape
    assert torch.equal(operator.normal(x), operator.adjoint(operator.forward(x)))


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_forward_undoes_adjoint_and_start(operator: LinearOperator) -> None:
    y = data_of(operator)
    assert operator.start(y).shape == (2, *operator.image_shape)
    assert torch.equal(operator.forward(operator.adjoint(y)), y)
    assert torch.equal(operator.forward(operator.start(y)), y)


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_spectrum_is_the_circulant_part_of_normal(operator: LinearOperator) -> None:
    """The eigenvalues of the nearest circulant are the mean diagonal of `F H'H F'`."""
    height, width = operator.image_shape
    units = torch.eye(height * width, dtype=torch.float64).view(-1, height, width)
    dense = operator.normal(units).flatten(1).T
    wave = torch.fft.fft2(units.to(torch.complex128), norm="ortho").flatten(1).T
    diagonal = (wave @ dense.to(wave) @ wave.conj().T).diagonal().real.view(height, width)
    spectrum = operator.spectrum(units)
    assert spectrum.dtype == torch.float64
    assert relative(spectrum, diagonal[:, : width // 2 + 1]) < 1e-12


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_dual_point_maximises_the_bound_on_the_data_term(operator: LinearOperator) -> None:
    x, y, g = image_of(operator), 0.5 + data_of(operator), image_of(operator, 4)

    def bound(w: torch.Tensor) -> float:
        slope = operator.adjoint(w) + g
        return float(-0.5 * w.square().sum() - (w * y).sum() + slope.clamp(max=0).sum())

    w = operator.dual_point(g, x, y)
    assert w.shape == y.shape
    best = bound(w)
    for seed in range(20):
        for length in (1e-3, 0.1, 1.0):
            assert bound(w + length * data_of(operator, 10 + seed)) < best


@settings(deadline=None, max_examples=60)
@given(height=st.integers(1, 7), width=st.integers(1, 7), margin=st.integers(0, 20))
def test_crop_starts_from_mirrored_data(height: int, width: int, margin: int) -> None:
    operator = Crop((height, width), margin)
    y = data_of(operator)
    mirrored = np.pad(y.numpy(), ((0, 0), (margin, margin), (margin, margin)), mode="reflect")
    assert operator.image_shape == (height + 2 * margin, width + 2 * margin)
    assert np.array_equal(operator.start(y).numpy(), mirrored)
