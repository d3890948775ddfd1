from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_cli.engine.operators import Crop

from ...helpers import normal, relative
from .every import mean_diagonal

CROPS = [Crop((7, 10), 3), Crop((5, 9), 4), Crop((4, 3), 7), Crop((1, 6), 2), Crop((6, 5), 0)]
every_crop = pytest.mark.parametrize("operator", CROPS, ids=str)


@every_crop
def test_forward_undoes_adjoint_and_start(operator: Crop) -> None:
    y = normal(2, *operator.data_shape)
    assert operator.start(y).shape == (2, *operator.image_shape)
    assert torch.equal(operator.forward(operator.adjoint(y)), y)
    assert torch.equal(operator.forward(operator.start(y)), y)


@every_crop
def test_only_the_middle_is_seen(operator: Crop) -> None:
    assert torch.equal(operator.seen(), operator.adjoint(torch.ones(operator.data_shape)) > 0)
    assert int(operator.seen().sum()) == operator.data_shape[0] * operator.data_shape[1]
    assert operator.norm(normal(1)) == 1


@every_crop
def test_the_spectrum_is_the_share_of_pixels_with_data(operator: Crop) -> None:
    assert relative(operator.spectrum(normal(1)), mean_diagonal(operator)) < 1e-12


@settings(deadline=None, max_examples=60)
@given(height=st.integers(1, 7), width=st.integers(1, 7), margin=st.integers(0, 20))
def test_it_starts_from_mirrored_data(height: int, width: int, margin: int) -> None:
    operator = Crop((height, width), margin)
    y = normal(2, height, width, seed=1)
    mirrored = np.pad(y.numpy(), ((0, 0), (margin, margin), (margin, margin)), mode="reflect")
    assert operator.image_shape == (height + 2 * margin, width + 2 * margin)
    assert np.array_equal(operator.start(y).numpy(), mirrored)
