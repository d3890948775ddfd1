"""The mean of a training's parameters over its last steps, which is better than the last ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

_BEGINNING = 10
"""Steps after which a mean starts to count more than one tenth of them."""


class Mean:
    """An exponential mean of parameters, as in Polyak and Juditsky (1992).

    Attributes:
        values: the mean by name of the parameter.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        """Begin with the parameters as they are.

        Args:
            model: whose parameters.
            decay: share of the mean that a step leaves; with 0 the mean is the last parameters.
        """
        self._model, self._decay = model, decay
        self.values = {name: p.detach().clone() for name, p in model.named_parameters()}

    def follow(self, step: int) -> None:
        """Take in the parameters after a step, counted from 1; the first ones are soon forgotten."""
        kept = min(self._decay, step / (step + _BEGINNING))
        with torch.no_grad():
            for name, parameter in self._model.named_parameters():
                self.values[name].lerp_(parameter, 1 - kept)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Let the model have the mean for its parameters."""
        own = {name: p.detach().clone() for name, p in self._model.named_parameters()}
        self._take(self.values)
        try:
            yield
        finally:
            self._take(own)

    def _take(self, values: dict[str, Tensor]) -> None:
        with torch.no_grad():
            for name, parameter in self._model.named_parameters():
                parameter.copy_(values[name])
