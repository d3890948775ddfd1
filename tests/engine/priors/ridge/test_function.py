from __future__ import annotations

import pytest
import torch

from recon_cli.engine.priors.ridge import function as module
from recon_cli.engine.priors.ridge.function import RidgeFunction

from .subjects import some_images, some_regulariser


def test_large_images_take_the_channels_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    x = some_images(12, 13, 2)
    together, groups = (RidgeFunction(some_regulariser(), (12, 13)) for _ in range(2))
    expected, curvature = together.terms(x), together.curvature(x)
    monkeypatch.setattr(module, "_MOST_RESPONSES", 4 * 12 * 13)  # groups of 4 and 2 channels
    torch.testing.assert_close(groups.terms(x), expected)
    torch.testing.assert_close(groups.curvature(x), curvature)


def test_each_plane_has_its_own_value_and_gradient_whose_change_the_constant_bounds() -> None:
    x, z = some_images(12, 13, 2), some_images(12, 13, 2, seed=5)
    regulariser = some_regulariser()
    function = RidgeFunction(regulariser, (12, 13))
    values, gradient = function.terms(x)
    assert values.dtype == torch.float64
    for place in range(2):
        alone = regulariser.terms(x[place : place + 1], regulariser.bank((12, 13)))
        torch.testing.assert_close((values[place : place + 1], gradient[place : place + 1]), alone)
    change = (gradient - function.terms(z)[1]).flatten(1).norm(dim=1)
    assert bool((change <= function.lipschitz((12, 13)) * (x - z).flatten(1).norm(dim=1)).all())
    assert float(gradient.abs().max()) <= function.steepest
