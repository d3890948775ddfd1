"""One training: parameters, optimiser and randomness, and the step that moves them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ...engine.unrolled import unrolled_denoiser
from ...errors import ReconError
from ...models.checkpoint import Checkpoint
from ...models.dictionary import Dictionary, normalise
from ...models.tuned import Tuned
from ...reporting.metrics import psnr
from .crops import random_crops

if TYPE_CHECKING:
    from .configuration import TrainingConfiguration
    from .team import Team
    from .validation import Pair


class UnrolledModel(nn.Module):
    """The map that is trained, with the free parameters of its atoms."""

    def __init__(self, configuration: TrainingConfiguration, raw: Tensor) -> None:
        """Hold `raw`, `(size**2, atoms)`, as the parameters."""
        super().__init__()
        self.configuration = configuration
        self.raw = nn.Parameter(raw)

    def forward(self, noisy: Tensor) -> Tensor:
        """Denoise `(batch, height, width)`."""
        configuration = self.configuration
        beta, lam = configuration.parameters
        return unrolled_denoiser(
            noisy,
            normalise(self.raw),
            beta,
            lam,
            configuration.variant,
            steps=configuration.unroll,
            eps=configuration.eps,
            tolerance=3e-3,
        )


class Trainer:
    """Does the steps; everything that the next step depends on can be saved and restored."""

    def __init__(
        self,
        configuration: TrainingConfiguration,
        levels: list[Tensor],
        initial: Dictionary | None,
        data: str,
        team: Team,
    ) -> None:
        """Draw the initial atoms or take those of a dictionary.

        Args:
            configuration: what decides the result.
            levels: the images at all scales.
            initial: dictionary to start from; with None, atoms of noise.
            data: fingerprint of the images.
            team: the processes that train together.

        Raises:
            ReconError: when the initial dictionary has another shape than asked for.
        """
        self.configuration = configuration
        self.levels = levels
        self.data = data
        self.team = team
        self.generator = torch.Generator().manual_seed(configuration.seed)
        raw = torch.randn(configuration.patch_size**2, configuration.atoms, generator=self.generator) / 1500
        if initial is not None:
            if initial.atoms.shape != raw.shape:
                raise ReconError(f"{initial.name} has atoms of another number or size than asked for", 2)
            raw = initial.atoms * (math.sqrt(raw.shape[0]) / initial.atoms.norm(dim=0).mean())
        self.model = UnrolledModel(configuration, raw.to(team.device))
        self._joint = team.wrap(self.model)
        self.best_raw = raw.clone()
        self.best = (-math.inf, 0)
        self.step = 0
        self._optimiser = torch.optim.Adam(self.model.parameters(), configuration.learning_rate)

    def advance(self) -> float:
        """Do one step and return its loss.

        Raises:
            ReconError: when the loss or a gradient is no longer finite.
        """
        configuration, team = self.configuration, self.team
        self._optimiser.param_groups[0]["lr"] = configuration.rate(self.step)
        size, flips = configuration.crop_size, configuration.flips
        joint = random_crops(self.levels, configuration.batch, size, self.generator, flips)
        noise = torch.randn(joint.shape, generator=self.generator)
        clean = team.share(joint)
        noisy = team.share(joint + configuration.sigma / 255 * noise)
        loss = _inner(self._joint(noisy) - clean, configuration.margin).abs().mean()
        self._optimiser.zero_grad()
        loss.backward()
        value = team.mean(loss)
        gradient = self.model.raw.grad
        assert gradient is not None
        if not (math.isfinite(value) and bool(gradient.isfinite().all())):
            raise ReconError(f"the training diverged at step {self.step + 1}; lower the learning rate")
        self._optimiser.step()
        self.step += 1
        return value

    def validate(self, pair: Pair) -> float:
        """Return the mean PSNR in dB on the validation images and remember the best atoms."""
        margin = self.configuration.margin
        with torch.no_grad():
            denoised = self.model(pair.noisy.to(self.team.device)).cpu()
        images = zip(_inner(denoised, margin), _inner(pair.clean, margin), strict=True)
        score = sum(psnr(d, c) for d, c in images) / len(pair.clean)
        if score > self.best[0]:
            self.best, self.best_raw = (score, self.step), self.model.raw.detach().cpu().clone()
        return score

    def checkpoint(self) -> Checkpoint:
        """Return everything that the next step depends on."""
        moments = self._optimiser.state.get(self.model.raw)
        tensors = {
            "raw": self.model.raw,
            "best_raw": self.best_raw,
            "first_moment": moments["exp_avg"] if moments else torch.zeros_like(self.model.raw),
            "second_moment": moments["exp_avg_sq"] if moments else torch.zeros_like(self.model.raw),
            "generator": self.generator.get_state(),
        }
        options = self.configuration.resolved() | {"data": self.data}
        return Checkpoint(tensors, options, self.step, self.best)

    def restore(self, saved: Checkpoint, place: Path) -> None:
        """Take up the state of a checkpoint.

        Raises:
            ReconError: when it was made with another configuration or other images.
        """
        mine = self.configuration.resolved() | {"data": self.data}
        differing = sorted(name for name, value in mine.items() if saved.options.get(name) != value)
        if differing:
            raise ReconError(f"{place} was made with another {', '.join(differing)}", 2)
        tensors, raw = saved.tensors, self.model.raw
        if not self._suits(saved):
            raise ReconError(f"{place} does not hold the state of this training")
        with torch.no_grad():
            raw.copy_(tensors["raw"])
        self.best_raw = tensors["best_raw"]
        self._optimiser.state[raw] = {
            "step": torch.tensor(float(saved.step)),
            "exp_avg": tensors["first_moment"].to(raw.device),
            "exp_avg_sq": tensors["second_moment"].to(raw.device),
        }
        try:
            self.generator.set_state(tensors["generator"])
        except RuntimeError as error:
            raise ReconError(f"{place} does not hold the state of this training") from error
        self.step, self.best = saved.step, saved.best

    def _suits(self, saved: Checkpoint) -> bool:
        """Return whether a checkpoint holds tensors of the same kinds as this training, all finite."""
        own, found = self.checkpoint().tensors, saved.tensors
        return (
            own.keys() == found.keys()
            and all((found[n].shape, found[n].dtype) == (own[n].shape, own[n].dtype) for n in own)
            and all(bool(tensor.isfinite().all()) for tensor in found.values())
            and saved.step <= self.configuration.train_steps
        )

    def dictionary(self) -> Dictionary:
        """Return the best dictionary so far, with the parameters it was trained for."""
        training = self.configuration.resolved() | {
            "data": self.data,
            "best_step": self.best[1],
            "validation_psnr": round(self.best[0], 4),
        }
        tuned = {"unrolled": Tuned(*self.configuration.parameters)}
        atoms = normalise(self.best_raw).detach()
        return Dictionary(atoms, self.configuration.variant, self.configuration.sigma, tuned, training)


def _inner(images: Tensor, margin: int) -> Tensor:
    return images[:, margin : images.shape[1] - margin, margin : images.shape[2] - margin]
