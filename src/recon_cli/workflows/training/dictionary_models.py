"""The maps whose dictionary is trained."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from ...engine.learning.minimum import Effort, Warm, minimum_denoiser
from ...engine.learning.unrolled import unrolled_denoiser
from ...engine.patches.grid import Boundary, PatchGrid
from ...engine.priors.dictionary.reweighting import ITERATIONS, Reweighting, activity
from ...errors import ReconError
from ...models.dictionary import Dictionary, normalise
from ...models.penalties import Penalties, shares
from ...models.reweighting import within_limits
from ...models.tuned import Level, Tuned
from .subject import Subject

if TYPE_CHECKING:
    from ...modes import Mode
    from .batches import Visit
    from .configuration import DictionaryConfiguration

_FIRST, _LATER, _VALIDATION = (45, 35), (14, 14), (70, 0)
"""Iterations for the minimum and for its derivative, at the first visit of a crop and from then on."""
_SECOND, _SECOND_LATER, _SECOND_VALIDATION = (20, 16), (12, 10), (40, 0)
"""The same for a second minimum, which begins with the first one."""
_SPEED = 3.0
"""Learning rate of the logarithms of beta and lam over that of the atoms."""
_GAIN, _SCALE, _POWER = 3.0, 3.0, 0.5
"""Of a reweighting at its start; the scale is relative to the smallest code that passes the threshold."""
_GROWTH = 1.4
"""Power of sigma with which the squared error of a denoised image grows."""


class DictionaryModel(Subject):
    """A denoiser with atoms as free parameters, `raw`, `(size**2, atoms)`."""

    def __init__(self, configuration: DictionaryConfiguration, raw: Tensor) -> None:
        """Hold the parameters."""
        super().__init__()
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

    def forward(self, noisy: Tensor, sigma: float, visit: Visit | None = None) -> Tensor:
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

    def forward(self, noisy: Tensor, sigma: float, visit: Visit | None = None) -> Tensor:
        """See `Subject`."""
        counts = _VALIDATION if visit is None else _LATER if visit.kept else _FIRST
        warm = Warm()
        if visit is not None:
            warm = visit.kept = visit.kept or warm
        return self._minimum(noisy, sigma, counts, warm)

    def _minimum(
        self,
        noisy: Tensor,
        sigma: float,
        counts: tuple[int, int],
        warm: Warm,
        weights: Tensor | None = None,
    ) -> Tensor:
        level = shares(self.configuration.levels, sigma).to(self.log_beta)
        return minimum_denoiser(
            noisy,
            normalise(self.raw),
            (level @ self.log_beta).exp(),
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


class ReweightedModel(MinimumModel):
    """The second minimum, with weights from the codes of the first; how they follow is learned, too.

    The codes of the first count as given: no gradient goes through them.
    """

    def __init__(
        self, configuration: DictionaryConfiguration, raw: Tensor, initial: Dictionary | None
    ) -> None:
        """Begin with the rule of the initial dictionary, or with one that suits most."""
        super().__init__(configuration, raw, initial)
        rule = initial.reweighting if initial else None
        if rule is None:
            norm = normalise(raw).norm(dim=0).square().mean()
            scale = _SCALE * self.log_lam.detach().exp().mean(0)[:, None] / norm
            rule = Reweighting(torch.tensor(_GAIN), scale, torch.tensor(_POWER))
        self.log_gain = nn.Parameter(rule.gain.log())
        self.log_scale = nn.Parameter(rule.scale.log())
        self.log_power = nn.Parameter(rule.power.log())

    def forward(self, noisy: Tensor, sigma: float, visit: Visit | None = None) -> Tensor:
        """See `Subject`; of the second minimum alone something is kept, the first is found as in use."""
        kept: Warm | None = visit.kept if visit else None
        counts = _SECOND_VALIDATION if visit is None else _SECOND_LATER if kept else _SECOND
        warm = Warm()
        with torch.no_grad():
            self._minimum(noisy, sigma, (ITERATIONS, 0), warm)
        assert warm.minimum is not None
        settings = self.configuration
        height, width = noisy.shape[1:]
        grid = PatchGrid(len(noisy), height, width, settings.patch_size, settings.stride, self._boundary)
        rule = Reweighting(self.log_gain.exp(), self.log_scale.exp(), self.log_power.exp())
        weights = rule.weights(activity(warm.minimum[2], grid))
        if visit:
            warm = visit.kept = kept or warm
        return self._minimum(noisy, sigma, counts, warm, weights)

    def learned(self, values: dict[str, Tensor], training: dict[str, Any]) -> Dictionary:
        """See `Subject`."""
        gain, scale, power = (values[name].exp() for name in ("log_gain", "log_scale", "log_power"))
        rule = Reweighting(gain, scale, power)
        return replace(super().learned(values, training), reweighting=within_limits(rule))


def dictionary_model(
    configuration: DictionaryConfiguration, initial: Dictionary | None, generator: torch.Generator
) -> DictionaryModel:
    """Return the model of a configuration's objective.

    Args:
        configuration: of the training.
        initial: dictionary to start from; with None, atoms of noise.
        generator: of the noise, which is drawn in either case.

    Raises:
        ReconError: when the initial dictionary has another shape than asked for.
    """
    raw = torch.randn(configuration.patch_size**2, configuration.atoms, generator=generator) / 1500
    if initial is not None:
        if initial.atoms.shape != raw.shape:
            raise ReconError(f"{initial.name} has atoms of another number or size than asked for", 2)
        raw = initial.atoms * (math.sqrt(raw.shape[0]) / initial.atoms.norm(dim=0).mean())
    if configuration.objective == "unrolled":
        return UnrolledModel(configuration, raw)
    kind = ReweightedModel if configuration.objective == "reweighted" else MinimumModel
    return kind(configuration, raw, initial)
