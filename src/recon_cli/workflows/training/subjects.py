"""The subjects of training by their configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .configuration import DictionaryConfiguration, RidgeConfiguration
from .dictionary_models import dictionary_model
from .ridge_model import RidgeModel

if TYPE_CHECKING:
    import torch

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
    return dictionary_model(configuration, initial, generator)
