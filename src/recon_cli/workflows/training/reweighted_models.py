"""Dictionaries that are trained for the second minimum of J, whose weights are learned, too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from ...engine.learning.minimum import Warm
from ...engine.patches.grid import PatchGrid
from ...engine.priors.dictionary.reweighting import ITERATIONS, Reweighting, activity
from ...engine.priors.dictionary.weights_network import Seen
from ...models.dictionary import normalise
from ...models.reweighting import within_limits
from .dictionary_models import MinimumModel, seen

if TYPE_CHECKING:
    from ...engine.measurement import Measurement
    from ...engine.priors.dictionary.codes import Codes
    from ...models.dictionary import Dictionary
    from .batches import Visit
    from .configuration import DictionaryConfiguration

_SECOND, _SECOND_LATER, _SECOND_VALIDATION = (20, 16), (12, 10), (40, 0)
"""Iterations for the second minimum and for its derivative, at the first visit of a crop, from then on, and
for validation; it begins with the first minimum."""
_GAIN, _SCALE, _POWER = 3.0, 3.0, 0.5
"""Of a reweighting at its start; the scale is relative to the smallest code that passes the threshold."""


@dataclass
class Kept:
    """What is kept of crops until they are visited again.

    Attributes:
        image: of the first minimum.
        residual: what the data say against it, see `Seen`.
        codes: of the first minimum.
        second: how far the second has come; it begins with the first.
    """

    image: Tensor
    residual: Tensor
    codes: Codes
    second: Warm


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

    def denoise(self, noisy: Tensor, sigma: float, visit: Visit | None = None) -> Tensor:
        """See `Subject`; what is kept is the first minimum and how far the second has come.

        The first changes little from a visit to the next one, and nothing is learned through it.
        """
        return self.reconstruct(seen(noisy, sigma), visit)

    def reconstruct(self, measurement: Measurement, visit: Visit | None = None) -> Tensor:
        """See `Subject`."""
        kept: Kept | None = visit.kept if visit else None
        counts = _SECOND_VALIDATION if visit is None else _SECOND_LATER if kept else _SECOND
        if kept is None:
            kept = self._first(measurement)
            if visit:
                visit.kept = kept
        return self._minimum(measurement, counts, kept.second, self._weights(kept, measurement))

    def _first(self, measurement: Measurement, weights: Tensor | None = None) -> Kept:
        warm = Warm()
        with torch.no_grad():
            self._minimum(measurement, (ITERATIONS, 0), warm, weights)
        assert warm.minimum is not None
        image, _, codes = warm.minimum
        residual = measurement.pull(image)
        return Kept(image.clone(), residual, replace(codes, state=codes.state.clone()), warm)

    def _grid(self, images: Tensor) -> PatchGrid:
        settings, (batch, height, width) = self.configuration, images.shape
        return PatchGrid(batch, height, width, settings.patch_size, settings.stride, self._boundary)

    def _weights(self, kept: Kept, measurement: Measurement) -> Tensor:
        codes, grid = kept.codes, self._grid(kept.image)
        rule, around = self._rule(dict(self.named_parameters())), activity(codes, grid)
        assert measurement.sigma is not None
        looked_at = Seen(kept.image, kept.residual, measurement.sigma)
        return rule.weights(around, rule.hidden(codes, around, looked_at, grid))

    def _rule(self, values: dict[str, Tensor]) -> Reweighting:
        """Return the rule that parameters stand for."""
        gain, scale, power = (values[name].exp() for name in ("log_gain", "log_scale", "log_power"))
        return Reweighting(gain, scale, power)

    def learned(self, values: dict[str, Tensor], training: dict[str, Any]) -> Dictionary:
        """See `Subject`."""
        rule = within_limits(self._rule(values))
        return replace(super().learned(values, training), reweighting=rule)
