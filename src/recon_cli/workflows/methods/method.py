"""What a denoising method offers to everything that works with files and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ...engine.result import Callback, Solution
    from ..device import Device
    from .footprint import Footprint


class Parameters(Protocol):
    """What a method was called with."""

    def as_json(self) -> dict[str, float]:
        """Return the values that are set, by name."""


@dataclass(frozen=True)
class Outcome:
    """A denoised batch and how it came about.

    Attributes:
        images: `(batch, height, width)`, float32, in [0, 1].
        result: the solver's answer; of methods that solve nothing, without objective and gap.
        parameters: what was used.
        seconds: wall-clock time.
        device: where it ran.
        name: of the dictionary, or of the method where it has none.
        reweighted: whether it is a second minimum, whose gap holds with its weights, see `Reweighting`.
    """

    images: NDArray[np.float32]
    result: Solution
    parameters: Parameters
    seconds: float
    device: str
    name: str
    reweighted: bool = False


class Method(Protocol):
    """A denoiser of grey images; what has a body is what most of them say."""

    @property
    def name(self) -> str:
        """As the user gives it."""

    @property
    def device(self) -> Device:
        """Where it is asked to run."""

    @property
    def steps(self) -> int | None:
        """Iterations, where their number is fixed."""
        return None

    def footprint(self, sigma: float) -> Footprint:
        """Return the memory that it takes on a CPU at a noise level, of 255.

        Raises:
            ReconError: when it cannot denoise at this level.
        """

    def row(self) -> tuple[str, str]:
        """Return what it is, as a row of the report."""

    def fields(self) -> dict[str, Any]:
        """Return what it is, as fields of JSON."""
        return {}

    def ending(self, parameters: Parameters) -> str:
        """Return how a converged run has ended where no gap says so, else nothing."""
        return ""

    def parameters(self, sigma: float) -> Parameters:
        """Return what it is called with at a noise level, of 255.

        Raises:
            ReconError: when it cannot denoise at this level.
        """

    def tolerance(self, sigma: float) -> float | None:
        """Return the tolerance of its stop rule at a noise level, of 255; None where there is none.

        Raises:
            ReconError: when it cannot denoise at this level.
        """

    def denoise(self, noisy: NDArray[np.float32], sigma: float, callback: Callback | None = None) -> Outcome:
        """Denoise images of one size.

        Args:
            noisy: `(batch, height, width)`, intensities in [0, 1] up to noise.
            sigma: noise level, of 255.
            callback: called with the solver's status.

        Raises:
            ReconError: when the images do not suit.
        """
