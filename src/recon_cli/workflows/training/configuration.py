"""What decides the result of a training, checked."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ...errors import ReconError
from ...files.parsed import shown

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]

_LAM = 3e-4
"""The paper's soft-threshold level of a training, divided by sigma; the same at sigma 5 and 25."""
_BETA = (25.0, 1.4, 1.21)
"""Noise level, its beta, and the power of sigma that also meets the beta of sigma 5. The betas are the
paper's divided by 1.4, since its crops without a margin lie in fewer patches."""


class TrainingConfiguration(BaseModel):
    """Everything that decides a training's result, but the images.

    Attributes:
        sigma: noise level, of 255.
        beta: weight of the patch term; None takes what suits the noise level.
        lam: soft-threshold level; None likewise.
        variant: mean-free or fixed-mean.
        initial: dictionary to start from, a bundled name or a file; None starts from noise.
        atoms: number of atoms.
        patch_size: side of a patch in pixels.
        crop_size: side of a training crop in pixels.
        margin: pixels at the edge of a crop that do not count in the loss.
        batch: crops a step.
        scales: sizes at which an image is used, relative to its own.
        flips: whether crops are turned and mirrored at random.
        train_steps: number of steps.
        learning_rate: Adam's, at the start.
        schedule: how the learning rate falls: to zero along a `cosine`, or in equal `steps`.
        decay: factor of each of the `steps`.
        decays: number of these steps.
        unroll: sweeps of coordinate descent that are differentiated.
        eps: ridge of the implicit gradient.
        validate_every: steps between two validations, each with a checkpoint; the best one wins.
        tune: whether (beta, lam) of every mode are tuned in the end.
        seed: seed of the initial atoms, the crops and the noise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sigma: Positive
    beta: Positive | None = None
    lam: Positive | None = None
    variant: Literal["mean-free", "fixed-mean"] = "mean-free"
    initial: str | None = None
    atoms: Annotated[int, Field(ge=1, le=4096)] = 128
    patch_size: Annotated[int, Field(ge=2, le=64)] = 10
    crop_size: Annotated[int, Field(ge=1, le=4096)] = 64
    margin: Annotated[int, Field(ge=0)] = 9
    batch: Annotated[int, Field(ge=1, le=4096)] = 4
    scales: Annotated[tuple[Annotated[float, Field(gt=0, le=1)], ...], Field(min_length=1)] = (
        1.0, 0.9, 0.8, 0.7,
    )  # fmt: skip
    flips: bool = True
    train_steps: Count = 1500
    learning_rate: Positive = 1e-3
    schedule: Literal["cosine", "steps"] = "cosine"
    decay: Annotated[float, Field(gt=0, le=1)] = 0.75
    decays: Count = 10
    unroll: Count = 2
    eps: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1e-3
    validate_every: Count = 100
    tune: bool = True
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 42

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.crop_size < self.patch_size:
            raise ValueError(
                f"a crop of {self.crop_size} pixels is smaller than a patch of {self.patch_size}"
            )
        if self.crop_size - 2 * self.margin < 1:
            raise ValueError(f"a margin of {self.margin} leaves nothing of a crop of {self.crop_size}")
        return self

    @property
    def parameters(self) -> tuple[float, float]:
        """Beta and lam of the training."""
        level, beta, power = _BETA
        return self.beta or beta * (self.sigma / level) ** power, self.lam or _LAM * self.sigma

    def rate(self, step: int) -> float:
        """Return the learning rate of a step, counted from 0."""
        done = step / self.train_steps
        if self.schedule == "cosine":
            return self.learning_rate * 0.5 * (1 + math.cos(math.pi * done))
        return self.learning_rate * self.decay ** int(done * (self.decays + 1))

    def resolved(self) -> dict[str, Any]:
        """Return all values as plain JSON, with beta and lam as they are used."""
        beta, lam = self.parameters
        return self.model_dump(mode="json") | {"beta": beta, "lam": lam}


def configure(values: dict[str, Any]) -> TrainingConfiguration:
    """Check the values of a training.

    Args:
        values: by the names of `TrainingConfiguration`.

    Raises:
        ReconError: one sentence on the first value that is unknown, missing or out of range.
    """
    try:
        return TrainingConfiguration(**values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = shown(".".join(map(str, first["loc"])))
        said = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            said = "there is no such setting of a training"
        elif first["type"] == "missing":
            said = "it has to be given"
        raise ReconError(f"{name}: {said}" if name else said, 2) from error
