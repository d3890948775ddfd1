"""The maps whose dictionary is trained, but those of `reweighted_models`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from ...engine.learning.minimum import Effort, Warm, minimum_image
from ...engine.learning.unrolled import unrolled_denoiser
from ...engine.measurement import Measurement
from ...engine.operators.identity import Identity
from ...engine.patches.grid import Boundary
from ...models.dictionary import Dictionary, normalise
from ...models.penalties import Penalties, shares
from ...models.tuned import Level, Tuned
from .subject import Subject

if TYPE_CHECKING:
    from ...modes import Mode
    from .batches import Visit
    from .configuration import DictionaryConfiguration

_FIRST, _LATER, _VALIDATION = (45, 35), (14, 14), (70, 0)
"""Iterations for the minimum and for its derivative, at the first visit of a crop and from then on."""
_SPEED = 3.0
"""Learning rate of the logarithms of beta and lam over that of the atoms."""
_GROWTH = 1.4
"""Power of sigma with which the squared error of a denoised image grows."""


def seen(noisy: Tensor, sigma: float) -> Measurement:
    """Return the measurement of noisy images, `(batch, height, width)`."""
    return Measurement(Identity((noisy.shape[1], noisy.shape[2])), noisy, sigma=sigma)


class DictionaryModel(Subject):
    """A denoiser with atoms as free parameters, `raw`, `(size**2, atoms)`."""

    def __init__(self, configuration: DictionaryConfiguration, raw: Tensor) -> None:
        """Hold the parameters."""
        super().__init__(configuration.margin)
        self.configuration = configuration
        self.raw = nn.Parameter(raw)

    def speed(self, name: str) -> float:
        """See `Subject`."""
        return 1.0 if name == "raw" else _SPEED

    def _made(self, raw: Tensor, training: dict[str, Any], mode: Mode, tuned: Tuned) -> Dictionary:
        """Return a dictionary with the parameters of the mode that was trained."""
        configuration, atoms = self.configuration, normalise(raw).detach()
        return Dictionary(
            atoms,
            configuration.variant,
            configuration.level,
            {("denoise", mode): tuned},
            training,
            stride=configuration.stride,
        )


class UnrolledModel(DictionaryModel):
    """A few sweeps of coordinate descent."""

    def denoise(self, noisy: Tensor, sigma: float, visit: Visit | None = None) -> Tensor:
        """See `Subject`; nothing is kept."""
        del sigma, visit
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

    def learned(self, values: dict[str, Tensor], training: dict[str, Any]) -> Dictionary:
        """See `Subject`."""
        return self._made(values["raw"], training, "unrolled", Tuned(*self.configuration.parameters))


class MinimumModel(DictionaryModel):
    """The minimum of J; beta and lam of each atom are parameters, too, at each of the training's levels.

    Between these levels their logarithms are interpolated linearly in log sigma.
    """

    def __init__(
        self, configuration: DictionaryConfiguration, raw: Tensor, initial: Dictionary | None
    ) -> None:
        """Begin with beta, lam and penalties of the initial dictionary, where it has and none are given."""
        super().__init__(configuration, raw)
        betas, lams = [], []
        for sigma in configuration.levels:
            beta, lam = configuration.parameters_at(sigma)
            tuned = initial.tuned_for("denoise", "full", sigma) if initial else None
            if tuned:
                sparser = (configuration.stride / initial.stride) ** 2 if initial else 1.0
                beta, lam = configuration.beta or sparser * tuned.beta, configuration.lam or tuned.lam
            thresholds = initial.thresholds(lam, sigma) if initial else lam
            betas.append(beta)
            lams.append(torch.as_tensor(thresholds).expand(raw.shape[1]))
        self.log_beta = nn.Parameter(torch.tensor(betas).log())
        self.log_lam = nn.Parameter(torch.stack(lams).log())

    def denoise(self, noisy: Tensor, sigma: float, visit: Visit | None = None) -> Tensor:
        """See `Subject`."""
        counts = _VALIDATION if visit is None else _LATER if visit.kept else _FIRST
        warm = Warm()
        if visit is not None:
            warm = visit.kept = visit.kept or warm
        return self._minimum(seen(noisy, sigma), counts, warm)

    def _minimum(
        self,
        measurement: Measurement,
        counts: tuple[int, int],
        warm: Warm,
        weights: Tensor | None = None,
    ) -> Tensor:
        assert measurement.sigma is not None
        level = shares(self.configuration.levels, measurement.sigma).to(self.log_beta)
        return minimum_image(
            measurement,
            normalise(self.raw),
            (level @ self.log_beta).exp() / measurement.weight,
            (level @ self.log_lam).exp(),
            Effort(*counts, self.configuration.ridge),
            warm,
            self.configuration.variant,
            weights,
            self.configuration.stride,
            self._boundary,
        )

    @property
    def _boundary(self) -> Boundary:
        """With a stride, patches wrap around a crop: the system in the image is then solved at once."""
        return "periodic" if self.configuration.stride > 1 else "inside"

    def loss(self, error: Tensor, sigma: float) -> Tensor:
        """Return the mean squared error over its usual size, which is what PSNR counts."""
        return (255 * error).square().mean() / sigma**_GROWTH

    def learned(self, values: dict[str, Tensor], training: dict[str, Any]) -> Dictionary:
        """See `Subject`."""
        knots = self.configuration.levels
        betas, lams = values["log_beta"].exp().tolist(), values["log_lam"].exp().mean(1).tolist()
        relative = values["log_lam"].exp() / torch.tensor(lams)[:, None]
        at_knots = [Tuned(beta, lam) for beta, lam in zip(betas, lams, strict=True)]
        made = replace(
            self._made(values["raw"], training, "full", at_knots[0]), penalties=Penalties(knots, relative)
        )
        if len(knots) == 1:
            return made
        found = zip(knots, at_knots, training["validation_psnrs"], strict=True)
        levels = {"full": tuple(Level(*row) for row in found)}
        return replace(made, tuned={}, levels=levels)
