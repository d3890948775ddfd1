"""What decides the result of a training, checked."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ...tasks import TaskName

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
Dilation = Annotated[int, Field(ge=1, le=32)]

_LAM = 3e-4
"""The paper's soft-threshold level of a training, divided by sigma; the same at sigma 5 and 25."""
_BETA = (25.0, 1.4, 1.21)
"""Noise level, its beta, and the power of sigma that also meets the beta of sigma 5. The betas are the
paper's divided by 1.4, since its crops without a margin lie in fewer patches."""
_MINIMUM = (25.0, 0.7, 0.78, 2.8e-4, 0.5)
"""Noise level, its beta and lam at the minimum and the powers of sigma that they go with, as tuned."""
_STRIDE = math.e
"""Most of the ratio between neighbouring noise levels at which beta and the penalties are parameters."""
_EPS = 1e-3
"""Ridge of the implicit gradient of coordinate descent; that of a minimum needs none."""
_OF_NETWORK = ("width", "dilations", "tasks")
_NETWORK = {"learning_rate": 8e-4, "clip": 0.5, "averaging": 0.997}
_USUAL: dict[str, dict[str, float]] = {
    "unrolled": {"learning_rate": 1e-3},
    "minimum": {"learning_rate": 1e-2},
    "reweighted": {"learning_rate": 1e-2},
    "likelihood": _NETWORK,
    "adaptive": _NETWORK,
}
"""What suits the objectives of dictionaries."""


class TrainingConfiguration(BaseModel):
    """What decides the result of any training.

    Attributes:
        sigma: noise level, of 255.
        objective: what is trained to be the clean image: a few steps of a solver, `unrolled`, the
            `minimum`, a second one, with penalties `reweighted` by the first, or `adaptive`, with penalties
            reweighted by a network. With `likelihood` it is the codes of the clean image that this network
            learns to expect, from which `adaptive` goes on.
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
        clip: largest norm of a step's gradient, all parameters together; a longer one is shortened to it.
            None for any.
        averaging: share of the mean of the parameters that a step leaves; the mean is what validates and
            wins. With 0 it is the last parameters.
        validate_every: steps between two validations, each with a checkpoint; the best one wins.
        tune: whether the parameters of the result are tuned in the end.
        seed: seed of the initial weights, the crops and the noise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sigma: Positive
    objective: Literal["unrolled", "minimum", "reweighted", "likelihood", "adaptive"] = "unrolled"
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
    clip: Positive | None = None
    averaging: Annotated[float, Field(ge=0, lt=1)] = 0.0
    validate_every: Count = 100
    tune: bool = True
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 42

    @model_validator(mode="after")
    def _check_crops(self) -> Self:
        if self.crop_size - 2 * self.margin < 1:
            raise ValueError(f"a margin of {self.margin} leaves nothing of a crop of {self.crop_size}")
        return self

    @property
    def visits(self) -> bool:
        """Whether crops are visited several times, so that a solver goes on from where it was."""
        return False

    @property
    def levels(self) -> tuple[float, ...]:
        """Noise levels that validate, rising."""
        return (self.sigma,)

    @property
    def others(self) -> tuple[TaskName, ...]:
        """Tasks other than denoising, which validate, too."""
        return ()

    def rate(self, step: int) -> float:
        """Return the learning rate of a step, counted from 0."""
        done = step / self.train_steps
        if self.schedule == "cosine":
            return self.learning_rate * 0.5 * (1 + math.cos(math.pi * done))
        return self.learning_rate * self.decay ** int(done * (self.decays + 1))

    def resolved(self) -> dict[str, Any]:
        """Return all values as plain JSON, as they are used."""
        return self.model_dump(mode="json")


class DictionaryConfiguration(TrainingConfiguration):
    """What decides a dictionary, but the images.

    Attributes:
        sigma: noise level, of 255, or where a minimum is trained a range of them, `(low, high)`.
        beta: weight of the patch term; None takes what suits the noise level. Where a minimum is
            trained it is learned, as the penalties are, and None begins with that of the mode `full`
            of the initial dictionary, where it has one.
        lam: soft-threshold level; None likewise.
        variant: mean-free or fixed-mean.
        initial: dictionary to start from, a bundled name or a file; None starts from noise.
        atoms: number of atoms.
        patch_size: side of a patch in pixels.
        stride: pixels from a patch to the next one, in both directions.
        learning_rate: Adam's, at the start; what suits the objective when left out, as clip and averaging.
        unroll: sweeps of coordinate descent that are differentiated.
        eps: ridge of the implicit gradient; None takes what suits the objective.
        width: hidden values of a patch in the network that corrects weights, where none is gone on from.
        dilations: of its layers, in patches.
        tasks: what crops are seen by; a step draws one of them, so that one named twice comes twice as often.
    """

    sigma: Positive | tuple[Positive, Positive]  # type: ignore[assignment]  # a ridge regulariser has none
    beta: Positive | None = None
    lam: Positive | None = None
    variant: Literal["mean-free", "fixed-mean"] = "mean-free"
    initial: str | None = None
    atoms: Annotated[int, Field(ge=1, le=4096)] = 128
    patch_size: Annotated[int, Field(ge=2, le=64)] = 10
    stride: Annotated[int, Field(ge=1, le=64)] = 1
    unroll: Count = 2
    eps: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    width: Annotated[int, Field(ge=1, le=512)] = 48
    dilations: Annotated[tuple[Dilation, ...], Field(min_length=1, max_length=32)] = (1, 2, 3, 2, 1)
    tasks: Annotated[tuple[TaskName, ...], Field(min_length=1, max_length=100)] = ("denoise",)

    @model_validator(mode="before")
    @classmethod
    def _choose_usual(cls, values: Any) -> Any:
        return _USUAL.get(values.get("objective", "unrolled"), {}) | values

    @model_validator(mode="after")
    def _check_patches(self) -> Self:
        if self.crop_size < self.patch_size:
            raise ValueError(
                f"a crop of {self.crop_size} pixels is smaller than a patch of {self.patch_size}"
            )
        if self.stride > 1 and self.objective == "unrolled":
            raise ValueError("a stride needs an objective other than unrolled")
        if self.stride > self.patch_size or self.crop_size % self.stride:
            raise ValueError(
                f"the stride has to divide the side of a crop, {self.crop_size}, and be at most "
                f"{self.patch_size}, that of a patch"
            )
        return self

    @model_validator(mode="after")
    def _check_range(self) -> Self:
        if isinstance(self.sigma, tuple):
            if self.objective == "unrolled":
                raise ValueError("a range of noise levels needs an objective other than unrolled")
            if self.sigma[0] >= self.sigma[1]:
                raise ValueError("the noise levels of a range have to rise")
            if self.beta or self.lam:
                raise ValueError("over a range of noise levels beta and lam are learned, and begin as usual")
        elif self.others:
            raise ValueError(f"the task {self.others[0]} needs strengths of a range of noise levels")
        return self

    @property
    def levels(self) -> tuple[float, ...]:
        """See `TrainingConfiguration`; of a range its ends, and levels between them at equal ratios."""
        if not isinstance(self.sigma, tuple):
            return (self.sigma,)
        low, high = self.sigma
        count = math.ceil(math.log(high / low) / math.log(_STRIDE))
        return (*(float(f"{low * (high / low) ** (i / count):.4g}") for i in range(count)), high)

    @property
    def visits(self) -> bool:
        """See `TrainingConfiguration`: the codes of a minimum take long from a cold start."""
        return self.objective != "unrolled"

    @property
    def others(self) -> tuple[TaskName, ...]:
        """See `TrainingConfiguration`."""
        return tuple(sorted({*self.tasks} - {"denoise"}))

    @property
    def level(self) -> float:
        """The noise level, of a range the geometric mean."""
        low, high = self.levels[0], self.levels[-1]
        return low if low == high else math.sqrt(low * high)

    @property
    def parameters(self) -> tuple[float, float]:
        """Beta and lam of the training, at its start."""
        return self.parameters_at(self.level)

    def parameters_at(self, sigma: float) -> tuple[float, float]:
        """Beta and lam at a noise level of the training, at its start."""
        if self.objective != "unrolled":
            level, beta, power, lam, root = _MINIMUM
            share = sigma / level
            return self.beta or beta * share**power, self.lam or lam * share**root
        level, beta, power = _BETA
        return self.beta or beta * (sigma / level) ** power, self.lam or _LAM * sigma

    @property
    def has_network(self) -> bool:
        """Whether weights are corrected by a network."""
        return self.objective in ("likelihood", "adaptive")

    @property
    def ridge(self) -> float:
        """Eps as it is used."""
        usual = _EPS if self.objective == "unrolled" else 0.0
        return usual if self.eps is None else self.eps

    def resolved(self) -> dict[str, Any]:
        """Return the values that are used as plain JSON, eps as it is, beta and lam where they are kept."""
        values = super().resolved() | {"eps": self.ridge}
        if self.objective == "unrolled":
            values |= zip(("beta", "lam"), self.parameters, strict=True)
        if not self.has_network:
            values = {name: value for name, value in values.items() if name not in _OF_NETWORK}
        return values
