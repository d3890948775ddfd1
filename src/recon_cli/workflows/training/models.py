"""The maps that are trained, with their free parameters."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn

from ...engine.minimum import Effort, Warm, minimum_denoiser
from ...engine.unrolled import unrolled_denoiser
from ...models.dictionary import normalise
from ...models.tuned import Tuned

if TYPE_CHECKING:
    from ...models.dictionary import Dictionary
    from ..solving import Mode
    from .configuration import TrainingConfiguration

_FIRST, _LATER, _VALIDATION = (45, 35), (14, 14), (70, 0)
"""Iterations for the minimum and for its derivative, at the first visit of a crop and from then on."""
_SPEED = 10.0
"""Learning rate of the logarithms of beta and lam over that of the atoms."""


class Learned(NamedTuple):
    """What a training found.

    Attributes:
        atoms: `D`, `(size**2, atoms)`.
        penalties: of the atoms relative to lam, mean 1, `(atoms,)`; None where they are equal.
        mode: that was trained.
        tuned: its beta and lam.
    """

    atoms: Tensor
    penalties: Tensor | None
    mode: Mode
    tuned: Tuned


class TrainedModel(nn.Module):
    """A denoiser with atoms as free parameters, `raw`, `(size**2, atoms)`."""

    def __init__(self, configuration: TrainingConfiguration, raw: Tensor) -> None:
        """Hold the parameters."""
        super().__init__()
        self.configuration = configuration
        self.raw = nn.Parameter(raw)

    def speed(self, name: str) -> float:
        """Return a parameter's learning rate over that of the training."""
        return 1.0 if name == "raw" else _SPEED

    @abstractmethod
    def learned(self, values: dict[str, Tensor]) -> Learned:
        """Return what parameters, by name, stand for."""


class UnrolledModel(TrainedModel):
    """A few sweeps of coordinate descent."""

    def forward(self, noisy: Tensor, visit: Warm | None = None) -> Tensor:
        """Denoise `(batch, height, width)`."""
        del visit
        configuration = self.configuration
        beta, lam = configuration.parameters
        return unrolled_denoiser(
            noisy,
            normalise(self.raw),
            beta,
            lam,
            configuration.variant,
            steps=configuration.unroll,
            eps=configuration.ridge,
            tolerance=3e-3,
        )

    def learned(self, values: dict[str, Tensor]) -> Learned:
        """See `TrainedModel`."""
        parameters = Tuned(*self.configuration.parameters)
        return Learned(normalise(values["raw"]).detach(), None, "unrolled", parameters)


class MinimumModel(TrainedModel):
    """The minimum of J; beta and lam of each atom are parameters, too."""

    def __init__(self, configuration: TrainingConfiguration, raw: Tensor, penalties: Tensor | None) -> None:
        """Begin at the configuration's beta and lam, with the penalties of a dictionary."""
        super().__init__(configuration, raw)
        beta, lam = configuration.parameters
        levels = torch.full((raw.shape[1],), lam) if penalties is None else lam * penalties
        self.log_beta = nn.Parameter(torch.tensor(math.log(beta)))
        self.log_lam = nn.Parameter(levels.log())

    def forward(self, noisy: Tensor, visit: Warm | None = None) -> Tensor:
        """Denoise `(batch, height, width)`; without a visit accurately, and from a cold start."""
        counts = _VALIDATION if visit is None else _LATER if visit.minimum else _FIRST
        return minimum_denoiser(
            noisy,
            normalise(self.raw),
            self.log_beta.exp(),
            self.log_lam.exp(),
            Effort(*counts, self.configuration.ridge),
            visit,
            self.configuration.variant,
        )

    def learned(self, values: dict[str, Tensor]) -> Learned:
        """See `TrainedModel`."""
        lam = values["log_lam"].exp()
        parameters = Tuned(float(values["log_beta"].exp()), float(lam.mean()))
        return Learned(normalise(values["raw"]).detach(), lam / lam.mean(), "full", parameters)


def model_of(
    configuration: TrainingConfiguration, raw: Tensor, initial: Dictionary | None
) -> UnrolledModel | MinimumModel:
    """Return the model of a configuration's objective.

    Args:
        configuration: of the training.
        raw: free parameters of the atoms, `(size**2, atoms)`.
        initial: dictionary that they come from, or None.
    """
    if configuration.objective == "unrolled":
        return UnrolledModel(configuration, raw)
    return MinimumModel(configuration, raw, initial.penalties if initial else None)
