from __future__ import annotations

import pytest
import torch

from recon_cli.engine.phases import joined, phases

from ..helpers import normal


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize(("height", "width"), [(6, 12), (7, 5), (2, 3)])
def test_phases_are_every_strideth_pixel_and_are_joined_again(stride: int, height: int, width: int) -> None:
    x = normal(2, height, width)
    found = phases(x, stride)
    for row in range(stride):
        for col in range(stride):
            pixels = x[:, row::stride, col::stride]
            phase = found[:, row * stride + col]
            assert torch.equal(phase[:, : pixels.shape[1], : pixels.shape[2]], pixels)
            assert not phase[:, pixels.shape[1] :].any()
            assert not phase[:, :, pixels.shape[2] :].any()
    assert torch.equal(joined(found, stride)[:, :height, :width], x)
