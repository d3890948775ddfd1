"""Dictionaries that are trained with a network that corrects the weights of their second minimum."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ...engine.priors.dictionary.reweighting import Reweighting, activity
from ...engine.priors.dictionary.weights_network import WeightsNetwork
from ...errors import ReconError
from .batches import Visit
from .crops import inner
from .dictionary_models import seen
from .reweighted_models import Kept, ReweightedModel
from .tasks import errors, measured

if TYPE_CHECKING:
    from ...models.dictionary import Dictionary
    from .configuration import DictionaryConfiguration

_NETWORK, _ATOMS = 1.0, 0.3
"""Learning rates of what is trained with a network, and of the atoms then."""
_CLEAN = 0.3
"""Penalties of the codes of a clean image, relative to those of a noisy one."""
_SURPRISE = 2.5
"""Logarithm of an activity over the expected one, from where the likelihood goes on along its tangent."""


class AdaptiveModel(ReweightedModel):
    """The second minimum, with weights of a rule that a network corrects."""

    def __init__(
        self,
        configuration: DictionaryConfiguration,
        raw: Tensor,
        initial: Dictionary | None,
        generator: torch.Generator,
    ) -> None:
        """Begin with the network of the initial dictionary, or with one that changes nothing yet."""
        super().__init__(configuration, raw, initial)
        rule = initial.reweighting if initial else None
        network = rule.network if rule else None
        if network is None:
            atoms, stride = raw.shape[1], configuration.stride
            network = WeightsNetwork.initial(
                atoms, stride, configuration.width, configuration.dilations, generator
            )
        elif initial and initial.stride != configuration.stride:
            raise ReconError(f"the network of {initial.name} needs a stride of {initial.stride}", 2)
        self._dilations = network.dilations
        self.network = nn.ParameterDict(network.tensors)

    def forward(self, clean: Tensor, noisy: Tensor, sigma: float, visit: Visit | None = None) -> Tensor:
        """See `Subject`; of another task than denoising it is the logarithm of the mean squared error."""
        if visit is None or visit.task == "denoise":
            return super().forward(clean, noisy, sigma, visit)
        levels = self.configuration.levels
        if visit.kept is None:
            seeds = range(visit.seed, visit.seed + len(clean))
            visit.kept = [
                (measured(visit.task, crop, seed, levels), Visit())
                for crop, seed in zip(clean, seeds, strict=True)
            ]
        losses = []
        for crop, (measurement, each) in zip(clean, visit.kept, strict=True):
            error = errors(measurement, self.reconstruct(measurement, each), crop)
            # the data say nothing of what lies beyond a crop whose patches wrap around all the same
            margin = 0 if measurement.operator.is_periodic else self._margin
            losses.append(inner(error, margin).square().mean().log())
        return torch.stack(losses).mean()

    def speed(self, name: str) -> float:
        """See `Subject`."""
        return _ATOMS if name == "raw" else _NETWORK

    def _rule(self, values: dict[str, Tensor]) -> Reweighting:
        tensors = {name: values[f"network.{name}"] for name in WeightsNetwork.names()}
        network = WeightsNetwork(**tensors, dilations=self._dilations)
        return replace(super()._rule(values), network=network)


@dataclass
class _Expected:
    """What is kept of crops whose codes are to be expected.

    Attributes:
        noisy: first minimum of the noisy crops.
        activity: that of each atom in each patch of the clean crops, over the scale of the atom, plus 1;
            its logarithm, `(atoms, columns)`.
    """

    noisy: Kept
    activity: Tensor


class LikelihoodModel(AdaptiveModel):
    """The network alone, which learns from noisy crops what codes the clean ones have.

    With weights of `gain s^-power` it says that an activity `1 + |a| / scale` of the clean codes has the mean
    `s`. The loss is the negative logarithm of the likelihood of the activities, `t / s - log(t / s)` up to a
    constant, were they exponentially distributed: that the penalties are absolute values says the same of
    codes. A step has no second minimum, and costs a tenth of one of `AdaptiveModel`.
    """

    def __init__(
        self,
        configuration: DictionaryConfiguration,
        raw: Tensor,
        initial: Dictionary | None,
        generator: torch.Generator,
    ) -> None:
        """See `AdaptiveModel`; what is no part of the network stays as it is."""
        if initial is None:
            raise ReconError("the objective likelihood needs an initial dictionary", 2)
        super().__init__(configuration, raw, initial, generator)
        for name, parameter in self.named_parameters():
            parameter.requires_grad_(name.startswith("network."))

    def forward(self, clean: Tensor, noisy: Tensor, sigma: float, visit: Visit | None = None) -> Tensor:
        """See `Subject`."""
        grid = self._grid(noisy)
        kept: _Expected | None = visit.kept if visit else None
        rule = self._rule(dict(self.named_parameters()))
        if kept is None:
            weights = clean.new_full((len(rule.scale), grid.columns), _CLEAN)
            codes = self._first(seen(clean, sigma), weights).codes
            found = (activity(codes, grid, radius=0) / rule.scale).log1p()
            kept = _Expected(self._first(seen(noisy, sigma)), found.detach())
            if visit:
                visit.kept = kept
        weights = self._weights(kept.noisy, seen(noisy, sigma))
        surprise = kept.activity + (weights / rule.gain).log() / rule.power
        steep = surprise.clamp(max=_SURPRISE).exp() * (1 + (surprise - _SURPRISE).clamp(min=0))
        planes = (steep - surprise).view(-1, grid.rows, grid.cols)
        return inner(planes, self._margin // grid.stride).mean()
