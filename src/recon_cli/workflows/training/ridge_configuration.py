"""What decides the training of a ridge regulariser, checked."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from .configuration import Count, Positive, TrainingConfiguration

REACH = 13
"""Side of the composed filters of a ridge regulariser."""


class RidgeConfiguration(TrainingConfiguration):
    """What decides a convex ridge regulariser, but the images.

    Attributes:
        regulariser: tells its settings from those of a dictionary.
        unroll: gradient steps that are differentiated, with the objective `unrolled`.
    """

    regulariser: Literal["crr"] = "crr"
    objective: Literal["unrolled", "minimum"] = "minimum"
    learning_rate: Positive = 2e-2
    unroll: Count = 10

    @model_validator(mode="after")
    def _check_filters(self) -> Self:
        if self.crop_size < REACH:
            raise ValueError(f"a crop of {self.crop_size} pixels is smaller than a filter of {REACH}")
        return self
