"""How a dictionary's file holds the network that corrects the weights of its second minimum."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from ..engine.priors.dictionary.weights_network import WeightsNetwork
from ..errors import ReconError
from ..files.parsed import shown

PREFIX = "network_"
"""Of the names of its tensors."""
NAMES = sorted(PREFIX + name for name in WeightsNetwork.names())
_VERSION = 1
_WIDEST, _MOST_LAYERS, _FARTHEST = 512, 32, 32
"""Largest width, number of layers and dilation."""
_MAX_VALUES = 2**22
_FEATURE, _LOOKED = 200.0, 1e8
"""More than a feature, the logarithm of a float32 number times a power, and than any pixel."""
_OVERFLOW = 1e30
"""Hidden values that are surely below do not overflow, nor do their sums."""


def header_of(network: WeightsNetwork) -> dict[str, Any]:
    """Return what of a network is no tensor, as JSON values."""
    return {"version": _VERSION, "dilations": list(network.dilations)}


def tensors_of(network: WeightsNetwork) -> dict[str, Tensor]:
    """Return the tensors by their names in a file."""
    return {PREFIX + name: tensor for name, tensor in network.tensors.items()}


def dilations_of(fields: dict[str, Any]) -> tuple[int, ...]:
    """Take the dilations from a header.

    Args:
        fields: of `header_of`.

    Raises:
        ValueError: when the version is unknown or a dilation out of range; KeyError and TypeError likewise.
    """
    version, dilations = fields["version"], fields["dilations"]
    if type(version) is not int or version != _VERSION:
        raise ValueError(f"the version of its network is {shown(version)}")
    good = isinstance(dilations, list) and 1 <= len(dilations) <= _MOST_LAYERS
    if not (good and all(type(d) is int and 1 <= d <= _FARTHEST for d in dilations)):
        raise ValueError(f"the dilations of its network are {shown(dilations)}")
    return tuple(dilations)


def checked(
    dilations: tuple[int, ...], tensors: dict[str, Tensor], atoms: int, stride: int, place: str
) -> WeightsNetwork:
    """Put a network together.

    Args:
        dilations: of `dilations_of`.
        tensors: of the names of `tensors_of`, of any shape and type.
        atoms: number of atoms.
        stride: of the dictionary.
        place: where it comes from, for the message.

    Raises:
        ReconError: when the tensors do not fit together, are too large, or hold numbers that are not finite
            or could lead to such.
    """
    width, layers = len(tensors[PREFIX + "level"].reshape(-1)), len(dilations)
    shapes = {
        "enter": (width, 2 * atoms),
        "look": (width, 2 * stride**2, 3, 3),
        "level": (width,),
        "biases": (layers + 1, width),
        "body": (layers, width, width, 3, 3),
        "leave": (atoms, width),
        "offset": (atoms,),
    }
    found = {name: tensors[PREFIX + name] for name in shapes}
    if not 1 <= width <= _WIDEST or any(found[name].shape != shape for name, shape in shapes.items()):
        raise ReconError(f"{place} holds a network whose tensors do not fit together")
    if sum(tensor.numel() for tensor in found.values()) > _MAX_VALUES:
        raise ReconError(f"{place} holds a network of more than {_MAX_VALUES} numbers")
    if not all(t.dtype == torch.float32 and bool(t.isfinite().all()) for t in found.values()):
        raise ReconError(f"{place} holds a network with numbers that are not finite float32 numbers")
    network = WeightsNetwork(**found, dilations=dilations)
    if not _largest(network) < _OVERFLOW:
        raise ReconError(f"{place} holds a network with numbers that are too large")
    return network


def _largest(network: WeightsNetwork) -> float:
    """Return a bound on the hidden values and what leaves, for any image."""
    sizes = {name: tensor.double().abs() for name, tensor in network.tensors.items()}
    entering = sizes["enter"].sum(1) * _FEATURE + sizes["look"].sum((1, 2, 3)) * _LOOKED
    bound = float((entering + sizes["level"] * math.log(_LOOKED) + sizes["biases"][0]).max())
    for kernel, bias in zip(sizes["body"], sizes["biases"][1:], strict=True):
        bound += float((kernel.sum((1, 2, 3)) * bound + bias).max())
    return float((sizes["leave"].sum(1) * bound + sizes["offset"]).max()) + bound
