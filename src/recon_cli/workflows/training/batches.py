"""The crops of each step: new ones every time, or a few that are visited again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor

from .crops import random_crops

if TYPE_CHECKING:
    from ...tasks import TaskName
    from .configuration import TrainingConfiguration

_VISITS = 4


@dataclass
class Visit:
    """What a model keeps of crops until they are visited again.

    Attributes:
        task: what the crops are seen by.
        seed: of what they are seen with by chance.
        kept: the model's; None before the first visit.
    """

    task: TaskName = "denoise"
    seed: int = 0
    kept: Any = None


class Batch(NamedTuple):
    """Crops of all processes.

    Attributes:
        clean: `(batch, size, size)` in [0, 1].
        noisy: the same with noise.
        sigma: its level, of 255.
        visit: what this process keeps of them until they are visited again, or None.
    """

    clean: Tensor
    noisy: Tensor
    sigma: float
    visit: Visit | None


class Batches:
    """Crops that were never seen before."""

    def __init__(
        self, configuration: TrainingConfiguration, levels: Sequence[Tensor], generator: torch.Generator
    ) -> None:
        """Draw from images at all scales, with the generator's numbers."""
        self._configuration, self._levels, self._generator = configuration, levels, generator

    def take(self, step: int) -> Batch:
        """Return the crops of a step, counted from 0."""
        del step
        configuration, generator = self._configuration, self._generator
        size, flips = configuration.crop_size, configuration.flips
        clean = random_crops(self._levels, configuration.batch, size, generator, flips)
        noise = torch.randn(clean.shape, generator=generator)
        sigma = self._draw_level()
        return Batch(clean, clean + sigma / 255 * noise, sigma, None)

    def _draw_level(self) -> float:
        """Return a noise level, of a range one that is uniform in its logarithm."""
        low, high = self._configuration.levels[0], self._configuration.levels[-1]
        if low == high:
            return low
        return low * (high / low) ** float(torch.rand((), generator=self._generator))

    def resumable(self, step: int) -> bool:
        """Return whether a training can go on from here without what is kept of earlier crops."""
        del step
        return True


class VisitedBatches(Batches):
    """Rounds of crops that are visited several times, so that a solver goes on from where it was.

    A round is that of the checkpoints: the next one starts without anything of this one.
    """

    def take(self, step: int) -> Batch:
        """See `Batches`."""
        place = step % self._configuration.validate_every
        count = max(1, self._configuration.validate_every // _VISITS)
        if place == 0:
            self._kept: list[Batch] = []
        if place < count:
            self._kept.append(super().take(step)._replace(visit=self._draw_visit()))
        return self._kept[place % count]

    def _draw_visit(self) -> Visit:
        tasks = getattr(self._configuration, "tasks", ())
        if set(tasks) <= {"denoise"}:
            return Visit()
        task, seed = (int(torch.randint(n, (), generator=self._generator)) for n in (len(tasks), 2**31))
        return Visit(tasks[task], seed)

    def resumable(self, step: int) -> bool:
        """See `Batches`."""
        return step % self._configuration.validate_every == 0


def batches_of(
    configuration: TrainingConfiguration, levels: Sequence[Tensor], generator: torch.Generator
) -> Batches:
    """Return the crops that suit a configuration."""
    kind = VisitedBatches if configuration.visits else Batches
    return kind(configuration, levels, generator)
