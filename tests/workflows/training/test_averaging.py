from __future__ import annotations

import pytest
import torch
from torch import nn

from recon_cli.workflows.training.averaging import Mean


class _Number(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.x = nn.Parameter(torch.tensor(0.0))

    def become(self, value: float) -> None:
        with torch.no_grad():
            self.x.fill_(value)


def test_without_a_share_it_is_the_last() -> None:
    model = _Number()
    mean = Mean(model, 0.0)
    for step in (1, 2, 3):
        model.become(step)
        mean.follow(step)
        assert float(mean.values["x"]) == step


def test_the_beginning_is_forgotten_and_a_share_is_kept_from_then_on() -> None:
    model = _Number()
    mean = Mean(model, 0.9)
    model.become(1.0)
    for step in range(1, 91):
        mean.follow(step)
    assert float(mean.values["x"]) > 0.9999
    model.become(2.0)
    mean.follow(91)
    assert float(mean.values["x"]) == pytest.approx(1.1, abs=1e-4)


def test_in_use_it_stands_in_for_the_parameters_also_after_an_error() -> None:
    model = _Number()
    mean = Mean(model, 0.5)
    model.become(3.0)
    with mean.in_use():
        assert model.x.item() == 0.0
    assert model.x.item() == 3.0
    with pytest.raises(ZeroDivisionError), mean.in_use():
        raise ZeroDivisionError
    assert model.x.item() == 3.0
