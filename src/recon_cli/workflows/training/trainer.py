"""One training: parameters, optimiser and randomness, and the step that moves them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ...errors import ReconError
from ...models.checkpoint import Checkpoint
from ...quality.metrics import mean_psnr
from .averaging import Mean
from .batches import batches_of
from .crops import inner
from .tasks import errors

if TYPE_CHECKING:
    from .configuration import TrainingConfiguration
    from .outcome import Learned
    from .subject import Subject
    from .team import Team
    from .validation import Pair, Scene


_MOMENTS = ("exp_avg", "exp_avg_sq")
"""Adam's, by its names."""


class Trainer:
    """Does the steps; everything that the next step depends on can be saved and restored."""

    def __init__(
        self,
        configuration: TrainingConfiguration,
        levels: list[Tensor],
        make: Callable[[torch.Generator], Subject],
        data: str,
        team: Team,
    ) -> None:
        """Make what is trained.

        Args:
            configuration: what decides the result.
            levels: the images at all scales.
            make: takes the source of chance; gives the subject at the start of its training.
            data: fingerprint of the images.
            team: the processes that train together.
        """
        self.configuration = configuration
        self.levels = levels
        self.data = data
        self.team = team
        self.generator = torch.Generator().manual_seed(configuration.seed)
        self.model = make(self.generator).to(team.device)
        self._joint = team.wrap(self.model)
        self._batches = batches_of(configuration, levels, self.generator)
        self._mean = Mean(self.model, configuration.averaging)
        self._remember((-math.inf, 0), [0.0] * len(configuration.levels))
        self.step = 0
        parameters = self.model.named_parameters()
        groups = [{"params": [p], "speed": self.model.speed(name)} for name, p in parameters]
        self._optimiser = torch.optim.Adam(groups, configuration.learning_rate)

    @property
    def resumable(self) -> bool:
        """Whether the next step depends on nothing but what a checkpoint holds."""
        return self._batches.resumable(self.step)

    def advance(self) -> float:
        """Do one step and return its loss.

        Raises:
            ReconError: when the loss or a gradient is no longer finite.
        """
        configuration, team = self.configuration, self.team
        for group in self._optimiser.param_groups:
            group["lr"] = configuration.rate(self.step) * group["speed"]
        batch = self._batches.take(self.step)
        clean, noisy = team.share(batch.clean), team.share(batch.noisy)
        loss = self._joint(clean, noisy, batch.sigma, batch.visit)
        self._optimiser.zero_grad()
        loss.backward()
        value = team.mean(loss)
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        if not (math.isfinite(value) and all(bool(gradient.isfinite().all()) for gradient in gradients)):
            raise ReconError(f"the training diverged at step {self.step + 1}; lower the learning rate")
        if configuration.clip:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), configuration.clip)
        self._optimiser.step()
        self.step += 1
        self._mean.follow(self.step)
        return value

    def validate(self, pairs: Sequence[Pair], scenes: Sequence[Sequence[Scene]] = ()) -> float:
        """Return the mean PSNR in dB on the validation images, and remember the parameters of the best.

        They are the means over the last steps.

        Args:
            pairs: the images at each of the configuration's levels.
            scenes: the images as each of its other tasks has them, which count as much as a level does.
        """
        margin, scores = self.configuration.margin, []
        for clean, noisy, sigma in pairs:
            with torch.no_grad(), self._mean.in_use():
                denoised = self.model.denoise(noisy.to(self.team.device), sigma).cpu()
            scores.append(mean_psnr(inner(denoised, margin).numpy(), inner(clean, margin).numpy()))
        of_tasks = [self._score(several) for several in scenes]
        score = sum((*scores, *of_tasks)) / (len(scores) + len(of_tasks))
        if score > self.best[0]:
            self._remember((score, self.step), scores)
        return score

    def _score(self, scenes: Sequence[Scene]) -> float:
        found = []
        for measurement, clean in scenes:
            with torch.no_grad(), self._mean.in_use():
                planes = self.model.reconstruct(measurement.to(self.team.device))
            error = errors(measurement, planes.cpu(), clean)
            found.append(-10 * math.log10(float(error.square().mean())))
        return sum(found) / len(found)

    def _remember(self, best: tuple[float, int], scores: Sequence[float]) -> None:
        self.best = best
        self._scores = torch.tensor(scores, dtype=torch.float64)
        self._best = {name: mean.cpu().clone() for name, mean in self._mean.values.items()}

    def checkpoint(self) -> Checkpoint:
        """Return everything that the next step depends on."""
        tensors = {"generator": self.generator.get_state(), "best scores": self._scores}
        for name, parameter in self.model.named_parameters():
            moments = self._optimiser.state.get(parameter)
            tensors[name] = parameter
            tensors[f"best {name}"] = self._best[name]
            tensors[f"mean {name}"] = self._mean.values[name]
            for key in _MOMENTS:
                tensors[f"{key} {name}"] = moments[key] if moments else torch.zeros_like(parameter)
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
        tensors = saved.tensors
        if not self._suits(saved):
            raise ReconError(f"{place} does not hold the state of this training")
        for name, parameter in self.model.named_parameters():
            with torch.no_grad():
                parameter.copy_(tensors[name])
            self._best[name] = tensors[f"best {name}"]
            self._mean.values[name] = tensors[f"mean {name}"].to(parameter.device)
            moments = {key: tensors[f"{key} {name}"].to(parameter.device) for key in _MOMENTS}
            self._optimiser.state[parameter] = {"step": torch.tensor(float(saved.step))} | moments
        try:
            self.generator.set_state(tensors["generator"])
        except RuntimeError as error:
            raise ReconError(f"{place} does not hold the state of this training") from error
        self.step, self.best, self._scores = saved.step, saved.best, tensors["best scores"]

    def _suits(self, saved: Checkpoint) -> bool:
        """Return whether a checkpoint holds tensors of the same kinds as this training, all finite."""
        own, found = self.checkpoint().tensors, saved.tensors
        return (
            own.keys() == found.keys()
            and all((found[n].shape, found[n].dtype) == (own[n].shape, own[n].dtype) for n in own)
            and all(bool(tensor.isfinite().all()) for tensor in found.values())
            and saved.step <= self.configuration.train_steps
        )

    def learned(self) -> Learned:
        """Return the best that was found so far, with the parameters it was trained for."""
        training = self.configuration.resolved() | {
            "data": self.data,
            "best_step": self.best[1],
            "validation_psnr": round(self.best[0], 4),
        }
        if len(self._scores) > 1:
            training["validation_psnrs"] = [round(score, 4) for score in self._scores.tolist()]
        return self.model.learned(self._best, training)
