"""What a prior is: what is assumed of images, with the strengths that suit a noise level or task."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from ..errors import ReconError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..engine.measurement import Measurement, Task
    from ..engine.result import Callback, Solution
    from ..models.tuned import Positive
    from ..modes import Mode
    from ..solver import Solver
    from .footprint import Footprint

    Weights = NDArray[np.float32]


@dataclass(frozen=True)
class Used:
    """What a reconstruction was made with, in words and numbers for reports.

    Attributes:
        prior: name of the prior.
        about: the prior, or its mode, in words.
        parameters: strengths by name, and where it is one of them the tolerance, `tol`.
        model: name of the learned model; None where nothing was learned.
        sigma: noise level that it was used for, in 8-bit grey levels; None where none was known.
        settings: mode and algorithm, where the prior has several.
        tolerance: of the stop rule, for progress bars; None where there is none.
        reweighted: whether it is a second minimum, whose gap holds with its weights, see `Reweighting`.
        proof: options of the command that go on to a gap of 1e-3.
    """

    prior: str
    about: str
    parameters: Mapping[str, float] = field(default_factory=dict)
    model: str | None = None
    sigma: float | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    tolerance: float | None = None
    reweighted: bool = False
    proof: str = "--mode full"

    @property
    def strengths(self) -> dict[str, float]:
        """The parameters but the tolerance."""
        return {name: value for name, value in self.parameters.items() if name != "tol"}


_SMOOTHER = 1.63
"""Level whose strengths suit differences of colours over their noise, where penalties do not adapt."""


class PreparedPrior(ABC):
    """A prior with model and strengths resolved, for one task, noise level and solver."""

    used: Used
    """What it is used with."""
    footprint: Footprint
    """Memory that it takes on a CPU."""
    smallest: int = 1
    """Pixels that an image has to be high and wide."""
    steepest: float = math.inf
    """A bound on the derivative of the prior by any pixel of images in C, see `within_reach`."""
    side_by_side: bool = False
    """Whether solvers of several measurements gain by running side by side, see `engine.solvers.company`."""

    @abstractmethod
    def minimise(
        self, measurement: Measurement, callback: Callback | None = None, start: Solution | None = None
    ) -> Solution:
        """Minimise `1/2 |H x - y|^2` plus the prior over C.

        Args:
            measurement: H, y and C, its tensors on the device that computes.
            callback: called with the solver's status.
            start: the solution of other strengths to go on from; a solver that cannot leaves it unused.

        Returns:
            The image in planes on the grid of the measurement, with its certificate.

        Raises:
            ReconError: when the measurement does not suit.
        """


class Prior(ABC):
    """A prior whose strengths may be open."""

    name: str
    """As users give it."""
    rough_gap: float | None = None
    """Certified gap of the mode `full` at which the quality of an image has nearly settled: there a search of
    strengths stops, or earlier where a point is hopeless; None where quality settles later."""

    @abstractmethod
    def prepare(self, task: Task, sigma: float | None, solver: Solver, weight: float = 1.0) -> PreparedPrior:
        """Resolve model, strengths and tolerance.

        Args:
            task: whose strengths are taken.
            sigma: noise level, in 8-bit grey levels, or None where it is not known.
            solver: mode, tolerance and limits.
            weight: of the data term with which the strengths of the noise level suit, see `Measurement`;
                given ones hold as they are.

        Raises:
            ReconError: when no strengths are known, or an option is out of range.
        """

    def read(self, task: Task, sigma: float | None, mode: Mode) -> Self:
        """Return the prior with its model read from its file, so that many uses read it once.

        Args:
            task: see `prepare`.
            sigma: likewise.
            mode: of the solver.

        Raises:
            ReconError: when there is no such model.
        """
        del task, sigma, mode
        return self

    def smooth_level(self, sigma: float, solver: Solver, white: bool = True) -> tuple[float, float]:
        """Return the noise level whose strengths suit planes that are smoother than photographs.

        Differences of colours are. They come out best with the strengths of a noise 1.2 to 2 times as strong.

        Args:
            sigma: their noise level, in 8-bit grey levels.
            solver: mode and limits.
            white: whether the noise was; what is left of correlated noise is smooth, too.

        Returns:
            The level, and the weight of the data term with which its strengths suit, see `prepare`.
        """
        del solver, white
        return _SMOOTHER * sigma, 1.0

    @property
    def learned(self) -> list[Weights]:
        """What a prior that was `read` has learned but its strengths, for the fingerprint of its results."""
        return []

    def at(self, strengths: Positive) -> Prior:
        """Return the prior with other strengths, of the kind that `usual` gives.

        Raises:
            ReconError: when it has none.
        """
        raise self._nothing

    def usual(self, task: Task, sigma: float | None, mode: Mode, weight: float = 1.0) -> Positive:
        """Return strengths where a search for better ones begins; where it is one of them with the tolerance.

        Args:
            task: what they are for.
            sigma: noise level, in 8-bit grey levels, or None where it is not known.
            mode: of the solver.
            weight: see `prepare`.

        Raises:
            ReconError: when the prior has none, or nothing is known of them.
        """
        raise self._nothing

    @property
    def _nothing(self) -> ReconError:
        return ReconError(f"{self.name} has no strengths, so there is nothing to tune", 2)


def known_level(sigma: float | None) -> float:
    """Return a noise level that has to be known.

    Raises:
        ReconError: when it is not.
    """
    if sigma is None:
        raise ReconError("the measurement has no noise level; give it one, as sigma=25", 2)
    return sigma
