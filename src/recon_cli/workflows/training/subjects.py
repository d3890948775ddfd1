"""The subjects of training by their configurations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from ...errors import ReconError
from .adaptive_models import AdaptiveModel, LikelihoodModel
from .configuration import DictionaryConfiguration
from .configure import RidgeConfiguration
from .dictionary_models import DictionaryModel, MinimumModel, UnrolledModel
from .reweighted_models import ReweightedModel
from .ridge_model import RidgeModel

if TYPE_CHECKING:
    from ...models.dictionary import Dictionary
    from .subject import Subject


def subject_of(
    configuration: DictionaryConfiguration | RidgeConfiguration,
    initial: Dictionary | None,
    generator: torch.Generator,
) -> Subject:
    """Return what a configuration asks to train, at its start.

    Args:
        configuration: of the training.
        initial: the dictionary to start from; with None, weights are drawn.
        generator: source of chance.

    Raises:
        ReconError: when the initial dictionary does not fit.
    """
    if isinstance(configuration, RidgeConfiguration):
        return RidgeModel(configuration, generator)
    return _dictionary_model(configuration, initial, generator)


def _dictionary_model(
    configuration: DictionaryConfiguration, initial: Dictionary | None, generator: torch.Generator
) -> DictionaryModel:
    raw = torch.randn(configuration.patch_size**2, configuration.atoms, generator=generator) / 1500
    if initial is not None:
        if initial.atoms.shape != raw.shape:
            raise ReconError(f"{initial.name} has atoms of another number or size than asked for", 2)
        raw = initial.atoms * (math.sqrt(raw.shape[0]) / initial.atoms.norm(dim=0).mean())
    if configuration.objective == "unrolled":
        return UnrolledModel(configuration, raw)
    if configuration.has_network:
        learner = AdaptiveModel if configuration.objective == "adaptive" else LikelihoodModel
        return learner(configuration, raw, initial, generator)
    kind = ReweightedModel if configuration.objective == "reweighted" else MinimumModel
    return kind(configuration, raw, initial)
