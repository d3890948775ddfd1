"""Total variation as a method."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from ....engine.priors.total_variation import total_variation
from ....errors import ReconError
from ...methods.one_parameter import OneParameter
from ...methods.total_variation import TOLERANCE
from ..measurement import Frame, measure
from .method import Mask, MriMethod, Samples

if TYPE_CHECKING:
    from ....engine.result import Callback
    from ..options import MriOptions

TV_WEIGHT = 0.0055
"""Between the best ones of the paper's brain image with radial and Cartesian masks, 0.0061 and 0.0050."""


@dataclass(frozen=True)
class TotalVariation(MriMethod):
    """The minimum of `1/2 |Hx - y|^2 + weight TV(x)` with the constraint of the image model, certified.

    Attributes:
        weight: in units where bright pixels are near 1; None takes what is usual.
    """

    weight: float | None = None
    name = "tv"

    def __post_init__(self) -> None:
        """Raise a ReconError for a weight out of range."""
        if self.weight is not None and not 0 < self.weight < math.inf:
            raise ReconError(f"--weight has to be a positive number, and is {self.weight:g}", 2)

    def row(self, options: MriOptions) -> tuple[str, str]:
        """See `MriMethod`."""
        return "method", "tv (total variation with the image's bounds, primal-dual)"

    def parameters(self, options: MriOptions) -> OneParameter:
        """See `MriMethod`."""
        return OneParameter("weight", self.weight or TV_WEIGHT)

    def tolerance(self, options: MriOptions) -> float | None:
        """See `MriMethod`."""
        return options.tolerance or TOLERANCE

    def reconstruct(
        self,
        samples: Samples,
        mask: Mask,
        options: MriOptions,
        maps: Samples | None,
        scale: float,
        callback: Callback | None = None,
    ) -> Frame:
        """See `MriMethod`."""
        parameters, measured = self.parameters(options), measure(samples, mask, options, maps, scale)
        started = time.perf_counter()
        with torch.inference_mode():
            result = total_variation(
                measured.operator,
                measured.data,
                parameters.value,
                tolerance=options.tolerance or TOLERANCE,
                max_iterations=options.max_iterations,
                callback=callback,
            )
            start = measured.image(measured.operator.start(measured.data))
        seconds = time.perf_counter() - started
        return Frame(measured.image(result.image), start, result, parameters, seconds, measured.device)
