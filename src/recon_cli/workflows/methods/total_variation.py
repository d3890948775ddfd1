"""Total variation as a method."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.operators.identity import Identity
from ...engine.priors.total_variation import STEEPEST, total_variation
from ...engine.reach import with_all_data, within_reach
from ...errors import ReconError
from ..device import Device, choose_device
from .footprint import Footprint
from .method import Method, Outcome
from .one_parameter import OneParameter, at_level
from .ratios import TV

if TYPE_CHECKING:
    from ...engine.result import Callback

TOLERANCE = 1e-3


@dataclass(frozen=True)
class TotalVariation(Method):
    """The minimum of `1/2 |x - y|^2 + weight TV(x)` over x in [0, 1]^n, with a certified gap.

    L. Rudin, S. Osher, E. Fatemi, "Nonlinear total variation based noise removal algorithms", Physica D 1992.

    Attributes:
        weight: None takes what suits the noise level.
        tol: certified relative gap at which it stops.
        max_iterations: most iterations.
        device: `auto`, `cpu` or `cuda`.
    """

    weight: float | None = None
    tol: float | None = None
    max_iterations: int = 10_000
    device: Device = "auto"
    name = "tv"

    def __post_init__(self) -> None:
        """Raise a ReconError for values out of range."""
        for name, value in (("weight", self.weight), ("tol", self.tol)):
            if value is not None and not 0 < value < math.inf:
                raise ReconError(f"--{name} has to be a positive number, and is {value:g}", 2)

    def footprint(self, sigma: float) -> Footprint:
        """See `Method`."""
        return Footprint(self.name, 120)

    def row(self) -> tuple[str, str]:
        """See `Method`."""
        return "method", "tv (total variation in [0, 1], accelerated gradients on the dual)"

    def tolerance(self, sigma: float) -> float | None:
        """See `Method`."""
        self.parameters(sigma)
        return self.tol or TOLERANCE

    def parameters(self, sigma: float) -> OneParameter:
        """See `Method`."""
        return OneParameter("weight", self.weight or at_level(TV, sigma))

    def denoise(self, noisy: NDArray[np.float32], sigma: float, callback: Callback | None = None) -> Outcome:
        """See `Method`."""
        strength, device = self.parameters(sigma), choose_device(self.device)
        data = torch.from_numpy(np.ascontiguousarray(noisy, np.float32)).to(device)
        moved = within_reach(data, STEEPEST * strength.value)
        started = time.perf_counter()
        with torch.inference_mode():
            height, width = noisy.shape[1:]
            result = total_variation(
                Identity((height, width)),
                moved,
                strength.value,
                tolerance=self.tol or TOLERANCE,
                max_iterations=self.max_iterations,
                callback=callback,
            )
            result = with_all_data(result, result.image, data, moved)
            images = result.image.cpu().numpy()
        return Outcome(images, result, strength, time.perf_counter() - started, device, self.name)
