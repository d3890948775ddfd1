"""Learn a dictionary: the two-step unrolling of the paper, trained on noisy crops."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..engine.unrolled import unrolled_denoiser
from ..errors import ReconError
from ..files.folders import read_folder
from ..models.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from ..models.dictionary import Dictionary, Tuned, normalise, save_dictionary
from ..reporting.metrics import psnr
from .crops import pyramid, random_crops

if TYPE_CHECKING:
    from ..engine.problem import Variant

TRAINED_WITH = {5.0: Tuned(0.2, 0.0015), 25.0: Tuned(1.4, 0.0075)}
"""(beta, lam) of a training by noise level: the paper's, beta divided by 1.4 where a margin is left out."""


@dataclass(frozen=True)
class TrainingOptions:
    """Everything that decides a training's result.

    Attributes:
        sigma: noise level, of 255.
        beta: weight of the patch term.
        lam: soft-threshold level.
        variant: mean-free or fixed-mean.
        atoms: number of atoms.
        patch_size: side of a patch in pixels.
        crop_size: side of a training crop in pixels.
        margin: pixels at the edge of a crop that do not count in the loss.
        batch: crops a step.
        train_steps: number of steps.
        learning_rate: Adam's, at the start; it falls to zero along a cosine.
        unroll: sweeps of coordinate descent that are differentiated.
        eps: ridge of the implicit gradient.
        seed: seed of the initial atoms, the crops and the noise.
    """

    sigma: float
    beta: float
    lam: float
    variant: Variant = "mean-free"
    atoms: int = 128
    patch_size: int = 10
    crop_size: int = 64
    margin: int = 9
    batch: int = 4
    train_steps: int = 1000
    learning_rate: float = 1e-3
    unroll: int = 2
    eps: float = 1e-3
    seed: int = 42

    def __post_init__(self) -> None:
        """Raise a ReconError for values that cannot work together."""
        counts = (self.atoms, self.batch, self.train_steps, self.unroll)
        reals = (self.sigma, self.beta, self.lam, self.learning_rate)
        if min(counts) < 1 or not all(0 < value < math.inf for value in reals):
            raise ReconError("training counts, sigma, beta, lam and learning rate have to be positive", 2)
        if self.patch_size < 2:
            raise ReconError("a patch needs at least 2 x 2 pixels", 2)
        if self.margin < 0 or self.crop_size - 2 * self.margin < 1:
            raise ReconError(f"a margin of {self.margin} leaves nothing of a crop of {self.crop_size}", 2)
        if self.crop_size < self.patch_size:
            raise ReconError(
                f"a crop of {self.crop_size} pixels is smaller than a patch of {self.patch_size}", 2
            )


class TrainingStatus(NamedTuple):
    """Progress of a training.

    Attributes:
        step: steps done.
        loss: mean absolute error of the step's crops.
        validation: PSNR in dB on the validation crops, where it was just computed.
    """

    step: int
    loss: float
    validation: float | None


def train(
    data: Path,
    validation: Path | None,
    output: Path,
    options: TrainingOptions,
    *,
    initial: Dictionary | None = None,
    resume: bool = False,
    checkpoint_every: int = 100,
    device: str = "cpu",
    callback: Callable[[TrainingStatus], None] | None = None,
    warn: Callable[[str], None] | None = None,
) -> Dictionary:
    """Train a dictionary and write it.

    The state lies beside the output as `<output>.checkpoint`; an interrupted training goes on from it.

    Args:
        data: folder of training images.
        validation: folder of images whose middles choose the best step; with None, the last step wins.
        output: where the dictionary is written, safetensors.
        options: what decides the result, with the data and the initial dictionary.
        initial: dictionary to start from; with None, atoms of noise.
        resume: go on from the checkpoint, when there is one.
        checkpoint_every: steps between two checkpoints, each with a validation.
        device: of the computation.
        callback: called after each step.
        warn: called with a sentence for each file that was passed over.

    Returns:
        The best dictionary.

    Raises:
        ReconError: when no image is usable, the checkpoint does not fit, or the loss diverges.
    """
    images, skipped = read_folder(data, options.crop_size)
    for sentence in skipped if warn else ():
        warn(sentence)  # type: ignore[misc]
    trainer = _Trainer(options, pyramid(images, options.crop_size), initial, device)
    pairs = _validation_pair(validation, options, device) if validation else None
    place = output.with_name(output.name + ".checkpoint")
    if resume and place.exists():
        trainer.restore(load_checkpoint(place), place)
    while trainer.step < options.train_steps:
        loss = trainer.advance()
        score = None
        if trainer.step % checkpoint_every == 0 or trainer.step == options.train_steps:
            score = trainer.validate(pairs)
            save_checkpoint(place, trainer.checkpoint())
        if callback:
            callback(TrainingStatus(trainer.step, loss, score))
    dictionary = trainer.dictionary()
    save_dictionary(output, dictionary)
    return dictionary


class _Trainer:
    """Parameters, optimiser and randomness of one training."""

    def __init__(
        self, options: TrainingOptions, levels: list[Tensor], initial: Dictionary | None, device: str
    ) -> None:
        self.options = options
        self.levels = levels
        self.device = torch.device(device)
        self.initial = initial.name if initial else None
        self.generator = torch.Generator().manual_seed(options.seed)
        raw = torch.randn(options.patch_size**2, options.atoms, generator=self.generator) / 1500
        if initial is not None:
            if initial.atoms.shape != raw.shape:
                raise ReconError(f"{initial.name} has atoms of another number or size than asked for", 2)
            raw = initial.atoms * (math.sqrt(raw.shape[0]) / initial.atoms.norm(dim=0).mean())
        self.raw = raw.to(self.device).requires_grad_()
        self.best_raw = self.raw.detach().clone()
        self.best = (-math.inf, 0)
        self.step = 0
        self.optimiser = torch.optim.Adam([self.raw], options.learning_rate)

    def advance(self) -> float:
        """Do one step and return its loss."""
        options = self.options
        rate = 0.5 * (1 + math.cos(math.pi * self.step / options.train_steps))
        self.optimiser.param_groups[0]["lr"] = options.learning_rate * rate
        clean = random_crops(self.levels, options.batch, options.crop_size, self.generator)
        noise = torch.randn(clean.shape, generator=self.generator)
        noisy = (clean + options.sigma / 255 * noise).to(self.device)
        loss = _inner(self.denoise(noisy) - clean.to(self.device), options.margin).abs().mean()
        self.optimiser.zero_grad()
        loss.backward()
        value = float(loss.detach())
        if not (math.isfinite(value) and bool(self.raw.grad.isfinite().all())):  # type: ignore[union-attr]
            raise ReconError(f"the training diverged at step {self.step + 1}; lower the learning rate")
        self.optimiser.step()
        self.step += 1
        return value

    def denoise(self, noisy: Tensor) -> Tensor:
        """Apply the unrolled map with the present atoms."""
        options = self.options
        return unrolled_denoiser(
            noisy,
            normalise(self.raw),
            options.beta,
            options.lam,
            options.variant,
            steps=options.unroll,
            eps=options.eps,
            tolerance=3e-3,
        )

    def validate(self, pair: tuple[Tensor, Tensor] | None) -> float | None:
        """Return the PSNR on the validation crops and remember the best atoms."""
        if pair is None:
            self.best, self.best_raw = (math.nan, self.step), self.raw.detach().clone()
            return None
        clean, noisy = pair
        with torch.no_grad():
            denoised = _inner(self.denoise(noisy), self.options.margin)
        inner = _inner(clean, self.options.margin)
        score = sum(psnr(d, c) for d, c in zip(denoised, inner, strict=True)) / len(inner)
        if score > self.best[0]:
            self.best, self.best_raw = (score, self.step), self.raw.detach().clone()
        return score

    def checkpoint(self) -> Checkpoint:
        """Return everything that the next step depends on."""
        moments = self.optimiser.state[self.raw]
        tensors = {
            "raw": self.raw,
            "best_raw": self.best_raw,
            "first_moment": moments["exp_avg"],
            "second_moment": moments["exp_avg_sq"],
            "generator": self.generator.get_state(),
        }
        return Checkpoint(tensors, asdict(self.options), self.step, self.best)

    def restore(self, saved: Checkpoint, place: Path) -> None:
        """Take up the state of a checkpoint made with the same options."""
        if saved.options != asdict(self.options):
            differing = sorted(
                name for name, value in asdict(self.options).items() if saved.options.get(name) != value
            )
            raise ReconError(f"{place} was made with other options ({', '.join(differing)})", 2)
        tensors = saved.tensors
        with torch.no_grad():
            self.raw.copy_(tensors["raw"])
            self.best_raw.copy_(tensors["best_raw"])
        self.optimiser.state[self.raw] = {
            "step": torch.tensor(float(saved.step)),
            "exp_avg": tensors["first_moment"].to(self.device),
            "exp_avg_sq": tensors["second_moment"].to(self.device),
        }
        self.generator.set_state(tensors["generator"])
        self.step, self.best = saved.step, saved.best

    def dictionary(self) -> Dictionary:
        """Return the best dictionary so far, with the parameters it was trained for."""
        options = self.options
        training: dict[str, Any] = asdict(options) | {"best_step": self.best[1], "initial": self.initial}
        if math.isfinite(self.best[0]):
            training["validation_psnr"] = round(self.best[0], 4)
        atoms = normalise(self.best_raw).detach().cpu()
        tuned = {"unrolled": Tuned(options.beta, options.lam)}
        return Dictionary(atoms, options.variant, options.sigma, tuned, training)


def _inner(images: Tensor, margin: int) -> Tensor:
    return images[:, margin : images.shape[1] - margin, margin : images.shape[2] - margin]


def _validation_pair(folder: Path, options: TrainingOptions, device: str) -> tuple[Tensor, Tensor]:
    """Return the middles of the validation images, clean and with fixed noise, `(images, 128, 128)`."""
    images, _ = read_folder(folder, options.crop_size)
    side = min(128, *(min(image.shape) for image in images))
    crops = []
    for image in images:
        top, left = ((length - side) // 2 for length in image.shape)
        crops.append(image[top : top + side, left : left + side])
    clean = torch.from_numpy(np.stack(crops))
    generator = torch.Generator().manual_seed(options.seed)
    noisy = clean + options.sigma / 255 * torch.randn(clean.shape, generator=generator)
    return clean.to(device), noisy.to(device)
