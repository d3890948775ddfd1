from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from recon_cli.engine.operators import Fourier, NonUniform

from ...helpers import complex_normal, relative

SHAPE = (9, 12)


def _spokes(count: int, samples: int, side: int) -> Tensor:
    angles = math.pi * torch.arange(count, dtype=torch.float64) / count
    along = torch.linspace(-side / 2, side / 2, samples, dtype=torch.float64)
    return torch.stack(
        [along * angle for angle in (angles.sin()[:, None], angles.cos()[:, None])], -1
    ).flatten(0, 1)


def test_it_is_the_sum_over_all_pixels() -> None:
    places = torch.tensor([[0.0, 0.0], [1.3, -2.7], [-4.0, 5.5]], dtype=torch.float64)
    x = complex_normal(2, *SHAPE)
    rows, columns = (torch.arange(n) - n // 2 for n in SHAPE)
    for k, found in zip(places, NonUniform(places, SHAPE).forward(x).T, strict=True):
        wave = torch.exp(-2j * math.pi * (k[0] * rows[:, None] / SHAPE[0] + k[1] * columns / SHAPE[1]))
        assert relative(found, (x * wave).sum((-2, -1)) / math.sqrt(math.prod(SHAPE))) < 1e-12


def test_on_a_grid_it_is_the_fast_transform() -> None:
    rows, columns = (torch.arange(n) - n // 2 for n in SHAPE)
    places = torch.cartesian_prod(rows, columns).double()
    grid, anywhere = Fourier(torch.ones(SHAPE, dtype=torch.bool)), NonUniform(places, SHAPE)
    x = complex_normal(3, *SHAPE)
    assert relative(anywhere.forward(x), grid.forward(x).flatten(1)) < 1e-12
    assert relative(anywhere.normal(x), x) < 1e-12
    assert relative(anywhere.start(anywhere.forward(x)), x) < 0.2


@pytest.mark.parametrize("side", [32, 33])
def test_the_start_is_nearly_the_image_where_enough_was_sampled(side: int) -> None:
    """As bright as it is, though the middle of k-space was sampled much more than its border."""
    rows = torch.linspace(-1, 1, side, dtype=torch.float64)
    smooth = torch.exp(-9 * (rows[:, None] ** 2 + (rows - 0.2) ** 2))[None]
    operator = NonUniform(_spokes(60, 2 * side, side), (side, side))
    found = operator.start(operator.forward(smooth)).real
    assert relative(found, smooth) < 0.05


def test_real_images_take_half_of_the_transform() -> None:
    operator = NonUniform(_spokes(5, 20, 9), SHAPE)
    x = complex_normal(2, *SHAPE).real
    assert relative(operator.normal(x), operator.normal(x + 0j).real) < 1e-12
