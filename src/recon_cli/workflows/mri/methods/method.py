"""What a method of reconstruction offers to everything that works with frames of k-space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ....engine.result import Callback
    from ...methods.method import Parameters
    from ..measurement import Frame
    from ..options import MriOptions

Samples = NDArray[np.complex64]
Mask = NDArray[np.bool_]


class MriMethod(Protocol):
    """Reconstructs frames; what has a body is what most methods say."""

    @property
    def name(self) -> str:
        """As the user gives it."""

    @property
    def model(self) -> str | None:
        """Name of the dictionary or ridge regulariser, where there is one."""
        return None

    def row(self, options: MriOptions) -> tuple[str, str]:
        """Return what it is, as a row of the report."""

    def fields(self, options: MriOptions) -> dict[str, Any]:
        """Return what it is, as fields of JSON."""
        return {}

    def stop_rule(self, options: MriOptions) -> str | None:
        """Return what the iterations end by, None where there are none or their number is fixed."""
        return "certified gap"

    def ending(self, options: MriOptions, parameters: Parameters) -> str:
        """Return how a converged run has ended where no gap says so, else nothing."""
        return ""

    @property
    def remark(self) -> str:
        """What there is to say of its certified gap, or nothing."""
        return ""

    def reweighted(self, options: MriOptions) -> bool:
        """Return whether its result is a second minimum, see `Reweighting`."""
        del options
        return False

    def parameters(self, options: MriOptions) -> Parameters:
        """Return what it is called with.

        Raises:
            ReconError: when something is missing.
        """

    def tolerance(self, options: MriOptions) -> float | None:
        """Return the tolerance of its stop rule; None where there is none."""

    def reconstruct(
        self,
        samples: Samples,
        mask: Mask,
        options: MriOptions,
        maps: Samples | None,
        scale: float,
        callback: Callback | None = None,
    ) -> Frame:
        """Reconstruct a frame; the arguments are those of `reconstruct`."""
