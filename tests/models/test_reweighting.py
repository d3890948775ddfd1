from __future__ import annotations

import pytest
import torch

from recon_cli.engine.priors.dictionary.reweighting import Reweighting
from recon_cli.errors import ReconError
from recon_cli.models.reweighting import checked, header_of, numbers_of, within_limits

SCALE = torch.linspace(0.01, 0.1, 20)


def test_a_rule_is_put_together_from_what_a_file_holds() -> None:
    rule = Reweighting(torch.tensor(2.5), SCALE[:, None], torch.tensor(0.75))
    again = checked(numbers_of(header_of(rule)), SCALE, 20, "x")
    found = torch.rand(20, 7)
    assert torch.equal(again.weights(found), rule.weights(found))


@pytest.mark.parametrize(
    "changes",
    [{"gain": 0}, {"gain": -1}, {"gain": 1e9}, {"gain": 1e-9}, {"gain": "2"}, {"gain": float("nan")},
     {"power": 0}, {"power": 5}, {"power": True}, {"power": None}],
)  # fmt: skip
def test_numbers_out_of_range_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"(gain|power).* is "):
        numbers_of({"gain": 2.0, "power": 0.5} | changes)


def test_a_missing_number_is_missed() -> None:
    with pytest.raises(KeyError):
        numbers_of({"gain": 2.0})


@pytest.mark.parametrize(
    "scale",
    [torch.ones(19), torch.ones(20, 1), torch.zeros(20), -torch.ones(20), torch.full((20,), torch.nan),
     torch.full((20,), torch.inf), torch.ones(20).double()],
)  # fmt: skip
def test_scales_out_of_range_are_refused(scale: torch.Tensor) -> None:
    with pytest.raises(
        ReconError, match="x holds activities that are not a positive float32 number for each"
    ):
        checked((2.0, 0.5), scale, 20, "x")


@pytest.mark.parametrize("gain", [1e-4, 1e4])
@pytest.mark.parametrize("scale", [1e-4, 1e4])
def test_the_extremes_of_a_file_give_finite_positive_weights(gain: float, scale: float) -> None:
    rule = checked((gain, 2.0, 10), torch.full((20,), scale), 20, "x")
    weights = rule.weights(torch.tensor([0.0, 1.0]).expand(20, 2))
    assert bool((weights.isfinite() & (weights > 0)).all())


@pytest.mark.parametrize("iterations", [0, -1, 1001, 2.5, True, "10", None])
def test_iterations_of_a_file_are_a_number_from_1_to_1000(iterations: object) -> None:
    fields = header_of(Reweighting(torch.tensor(1.5), torch.ones(2, 1), torch.tensor(0.7), 12))
    assert numbers_of(fields)[2] == 12
    assert numbers_of({name: value for name, value in fields.items() if name != "iterations"})[2] == 10
    with pytest.raises(ValueError, match="the iterations of its first minimum are"):
        numbers_of(fields | {"iterations": iterations})


def test_what_a_training_learns_can_be_read_again() -> None:
    wild = Reweighting(torch.tensor(1e9), torch.logspace(-9, 9, 20)[:, None], torch.tensor(7.0))
    tame = within_limits(wild)
    again = checked(numbers_of(header_of(tame)), tame.scale.flatten(), 20, "x")
    assert torch.equal(again.scale[8:12], wild.scale[8:12])
    assert float(again.power) < 7
