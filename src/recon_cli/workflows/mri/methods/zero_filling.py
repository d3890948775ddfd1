"""Zero-filling as a method."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ....engine.result import Solution
from ..measurement import Frame, measure
from .method import Mask, MriMethod, Samples

if TYPE_CHECKING:
    from ....engine.result import Callback
    from ...methods.method import Parameters
    from ..options import MriOptions


@dataclass(frozen=True)
class _Nothing:
    """No parameters."""

    def as_json(self) -> dict[str, float]:
        """Return no values."""
        return {}


@dataclass(frozen=True)
class ZeroFilling(MriMethod):
    """The adjoint of the measurement: zeros where nothing was sampled."""

    name = "zero-filling"

    def row(self, options: MriOptions) -> tuple[str, str]:
        """See `MriMethod`."""
        return "method", "zero-filling (the adjoint of the measurement)"

    def stop_rule(self, options: MriOptions) -> str | None:
        """See `MriMethod`."""
        return None

    def parameters(self, options: MriOptions) -> Parameters:
        """See `MriMethod`."""
        return _Nothing()

    def tolerance(self, options: MriOptions) -> float | None:
        """See `MriMethod`."""
        return None

    def reconstruct(
        self,
        samples: Samples,
        mask: Mask,
        options: MriOptions,
        maps: Samples | None,
        scale: float,
        callback: Callback | None = None,
    ) -> Frame:
        """See `MriMethod`; the callback is never called."""
        measured = measure(samples, mask, options, maps, scale)
        started = time.perf_counter()
        planes = measured.operator.start(measured.data)
        image, seconds = measured.image(planes), time.perf_counter() - started
        result = Solution(planes, 0, None, None, True, ())
        return Frame(image, image, result, _Nothing(), seconds, measured.device)
