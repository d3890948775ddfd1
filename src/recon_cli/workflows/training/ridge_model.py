"""The convex ridge regulariser whose filters and profiles are trained.

As in Goujon et al. (see `engine.ridge.regulariser`) the filters are a chain of three small convolutions, and
the derivatives of the profiles have 21 knots. Here the knots of each have a spacing of their own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from ...engine.learning.ridge_minimum import Accuracy, minimum_denoiser
from ...engine.learning.ridge_unrolled import gradient_denoiser
from ...engine.priors.ridge.filters import compose
from ...engine.priors.ridge.regulariser import Profiles, RidgeRegulariser
from ...engine.priors.ridge.splines import project
from ...models.ridge import Ridge, Strength
from .subject import Subject

if TYPE_CHECKING:
    from .batches import Visit
    from .configure import RidgeConfiguration

_CHANNELS = (1, 4, 8, 32)
_SIDE = 5
_SLOPES = (1.0, 1.0, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05)
"""Of the profiles' derivatives between their knots, at the start: a rounded absolute value."""
_SPACING = 0.1
"""Of the knots, in noise levels, at the start."""
_LAM = 3.0
_SPEED = 3.0
"""Learning rate of the logarithms over that of the filters and slopes."""
_STEP, _VALIDATION = Accuracy(3e-4, 2e-2, 100), Accuracy(1e-4, 1e-3, 300)


class RidgeModel(Subject):
    """A few gradient steps, or the minimum, of `1/2 |x - y|^2 + lam R(x)`."""

    def __init__(self, configuration: RidgeConfiguration, generator: torch.Generator) -> None:
        """Draw the filters and begin with profiles that suit the noise level."""
        super().__init__(configuration.margin)
        self.configuration = configuration
        shapes = zip(_CHANNELS[1:], _CHANNELS, strict=False)
        self.layers = nn.ParameterList(
            torch.randn(after, before, _SIDE, _SIDE, generator=generator) / (_SIDE * math.sqrt(before))
            for after, before in shapes
        )
        channels = _CHANNELS[-1]
        self.slopes = nn.Parameter(torch.tensor(_SLOPES).repeat(channels, 1))
        spacing = _SPACING * configuration.sigma / 255
        self.log_spacings = nn.Parameter(torch.full((channels,), math.log(spacing)))
        self.log_lam = nn.Parameter(torch.tensor(math.log(_LAM)))

    def denoise(self, noisy: Tensor, sigma: float, visit: Visit | None = None) -> Tensor:
        """See `Subject`; nothing is kept."""
        del sigma, visit
        regulariser = _regulariser(dict(self.named_parameters()))
        lam = self.log_lam.exp()
        if self.configuration.objective == "unrolled":
            return gradient_denoiser(noisy, regulariser, lam, self.configuration.unroll)
        return minimum_denoiser(noisy, regulariser, lam, _STEP if torch.is_grad_enabled() else _VALIDATION)

    def speed(self, name: str) -> float:
        """See `Subject`."""
        return _SPEED if name.startswith("log") else 1.0

    def learned(self, values: dict[str, Tensor], training: dict[str, Any]) -> Ridge:
        """See `Subject`."""
        values = {name: value.detach() for name, value in values.items()}
        regulariser = _regulariser(values)
        profiles = regulariser.profiles
        strength = Strength(float(values["log_lam"].exp()), 1.0)
        return Ridge(
            regulariser.kernels,
            profiles.rises,
            profiles.spacings,
            self.configuration.sigma,
            {"denoise": strength},
            training,
        )


def _regulariser(values: dict[str, Tensor]) -> RidgeRegulariser:
    """Return what parameters, by name, stand for; differentiable."""
    layers = [values[f"layers.{place}"] for place in range(len(_CHANNELS) - 1)]
    spacings = values["log_spacings"].exp()
    rises = project(values["slopes"]) * spacings[:, None]
    return RidgeRegulariser(compose(layers), Profiles(rises, spacings))
