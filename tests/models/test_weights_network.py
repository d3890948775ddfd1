from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from recon_cli.engine.priors.dictionary.weights_network import WeightsNetwork
from recon_cli.errors import ReconError
from recon_cli.models.weights_network import NAMES, checked, dilations_of, header_of, tensors_of

ATOMS, STRIDE, WIDTH = 20, 2, 6


def network() -> WeightsNetwork:
    return WeightsNetwork.initial(ATOMS, STRIDE, WIDTH, (1, 3), torch.Generator().manual_seed(0))


def test_a_network_is_put_together_from_what_a_file_holds() -> None:
    held = tensors_of(network())
    assert sorted(held) == NAMES
    again = checked(dilations_of(header_of(network())), held, ATOMS, STRIDE, "x")
    assert again.dilations == (1, 3)
    for name, tensor in network().tensors.items():
        assert torch.equal(again.tensors[name], tensor)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"version": 2}, "version"), ({"version": "1"}, "version"), ({"version": True}, "version"),
     ({"dilations": []}, "dilations"), ({"dilations": [0]}, "dilations"), ({"dilations": [33]}, "dilations"),
     ({"dilations": [1.0]}, "dilations"), ({"dilations": [True]}, "dilations"),
     ({"dilations": "12"}, "dilations"), ({"dilations": [1] * 33}, "dilations")],
)  # fmt: skip
def test_headers_out_of_range_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=f"the {said} of its network"):
        dilations_of(header_of(network()) | changes)


@pytest.mark.parametrize("missing", ["version", "dilations"])
def test_a_missing_field_is_missed(missing: str) -> None:
    with pytest.raises(KeyError):
        dilations_of({name: value for name, value in header_of(network()).items() if name != missing})


@pytest.mark.parametrize(
    ("name", "tensor", "said"),
    [("enter", torch.ones(WIDTH, ATOMS), "do not fit"),
     ("look", torch.ones(WIDTH, 2, 3, 3), "do not fit"),
     ("level", torch.ones(WIDTH + 1), "do not fit"),
     ("level", torch.ones(0), "do not fit"),
     ("level", torch.ones(513), "do not fit"),
     ("level", torch.tensor(1.0), "do not fit"),
     ("biases", torch.ones(2, WIDTH), "do not fit"),
     ("body", torch.ones(3, WIDTH, WIDTH, 3, 3), "do not fit"),
     ("leave", torch.ones(ATOMS + 1, WIDTH), "do not fit"),
     ("offset", torch.full((ATOMS,), torch.nan), "not finite float32"),
     ("level", torch.full((WIDTH,), torch.inf), "not finite float32"),
     ("offset", torch.ones(ATOMS).double(), "not finite float32"),
     ("body", torch.full((2, WIDTH, WIDTH, 3, 3), 1e20), "too large"),
     ("enter", torch.full((WIDTH, 2 * ATOMS), -1e30), "too large"),
     ("leave", torch.full((ATOMS, WIDTH), 1e30), "too large")],
)  # fmt: skip
def test_tensors_out_of_range_are_refused(name: str, tensor: Tensor, said: str) -> None:
    with pytest.raises(ReconError, match=f"x holds a network .*{said}"):
        checked((1, 3), tensors_of(network()) | {f"network_{name}": tensor}, ATOMS, STRIDE, "x")


def test_a_network_of_too_many_numbers_is_refused() -> None:
    large = WeightsNetwork.initial(ATOMS, STRIDE, 256, (1,) * 8, torch.Generator().manual_seed(0))
    with pytest.raises(ReconError, match="more than 4194304 numbers"):
        checked(large.dilations, tensors_of(large), ATOMS, STRIDE, "x")
