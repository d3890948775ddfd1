"""The learned patch model as a prior."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from ..arguments import instance, positive
from ..engine.operators.crop import Crop
from ..engine.priors.dictionary.problem import PatchProblem, steepest
from ..engine.priors.dictionary.solution import PatchSolution
from ..errors import ReconError
from ..models.dictionary import Dictionary
from ..models.registry import find_dictionary
from ..models.tuned import Tuned
from .dictionary_footprint import dictionary_footprint
from .dictionary_modes import minimise
from .dictionary_strengths import known_strengths, resolved
from .frame import extended, frame_of, wanted_of
from .prior import PreparedPrior, Prior, Used, known_level

if TYPE_CHECKING:
    from ..engine.measurement import Measurement, Task
    from ..engine.patches.grid import Boundary
    from ..engine.priors.dictionary.reweighting import Reweighting
    from ..engine.result import Callback, Solution
    from ..models.tuned import Positive
    from ..modes import Mode
    from ..solver import Solver
    from .footprint import Footprint
    from .prior import Weights

Border = Literal["extend", "paper"]
_OF_MRI = 25.0
"""Noise level whose best dictionary is taken for MRI, in 8-bit grey levels."""
_MRI = (0.04, 3.5e-4)
"""Beta, of a stride of 1, and lam, where a search for MRI begins with a dictionary that has nothing tuned."""
_STRONGER = 1.5
"""Power of the noise level by which strengths grow."""


@dataclass(frozen=True)
class DictionaryPrior(Prior):
    """`beta sum_k min over a of 1/2 |P~k x - D a|^2 + sum_j lam_j |a_j|`, see `PatchProblem`.

    A dictionary with a reweighting is minimised twice in the modes `settled` and `full`.

    Attributes:
        model: a dictionary, a bundled name or a file; None takes what does best at the noise level.
        beta: weight of the patch term; None takes the dictionary's for task, mode and noise level.
        lam: soft-threshold level; None likewise.
        border: `extend` lets patches wrap around, so that every pixel lies in as many; an image that is not
            periodic gets a frame of unknown pixels before, in which patches of stride 1 need not wrap around.
            `paper` takes the patches that lie inside the image.
    """

    model: str | Dictionary | None = None
    beta: float | None = None
    lam: float | None = None
    border: Border = "extend"
    name = "model"
    rough_gap = 1e-2  # near the best point PSNR is then within 0.005 dB

    def __post_init__(self) -> None:
        """Raise a ReconError for values out of range."""
        for name, value in (("beta", self.beta), ("lam", self.lam)):
            if value is not None:
                positive(f"--{name}", value)
        if self.model is not None:
            instance("model", self.model, str, Dictionary)

    def prepare(
        self, task: Task, sigma: float | None, solver: Solver, weight: float = 1.0
    ) -> PreparedDictionary:
        """See `Prior`."""
        dictionary = self._dictionary(task, sigma, solver.mode)
        level = dictionary.sigma if sigma is None else sigma
        tuned = known_strengths(dictionary, task, solver.mode, sigma, weight)
        strengths = resolved(self.beta, self.lam, tuned, dictionary, task, level, solver)
        return PreparedDictionary(self, dictionary, task, level, solver, strengths)

    def read(self, task: Task, sigma: float | None, mode: Mode) -> DictionaryPrior:
        """See `Prior`."""
        return replace(self, model=self._dictionary(task, sigma, mode))

    def smooth_level(self, sigma: float, solver: Solver, white: bool = True) -> tuple[float, float]:
        """See `Prior`; in white noise the weights of a second minimum follow from the planes.

        Above the highest level that the dictionary has strengths for, the data count less instead.
        """
        dictionary = self._dictionary("denoise", sigma, solver.mode)
        if solver.is_minimum and dictionary.reweighting and white:
            return sigma, 1.0
        wanted, weight = super().smooth_level(sigma, solver, white)
        level = max(sigma, min(wanted, dictionary.highest_level(solver.mode)))
        return level, weight * (level / wanted) ** _STRONGER

    @property
    def learned(self) -> list[Weights]:
        """See `Prior`."""
        assert isinstance(self.model, Dictionary)
        return self.model.learned

    def at(self, strengths: Positive) -> DictionaryPrior:
        """See `Prior`."""
        assert isinstance(strengths, Tuned)
        return replace(self, beta=strengths.beta, lam=strengths.lam)

    def usual(self, task: Task, sigma: float | None, mode: Mode, weight: float = 1.0) -> Tuned:
        """See `Prior`; the dictionary's, or what is usual."""
        dictionary = self._dictionary(task, sigma, mode)
        level = dictionary.sigma if sigma is None else sigma
        tuned = known_strengths(dictionary, task, mode, sigma, weight)
        if tuned and (mode != "early-stop" or tuned.tol or task == "mri"):
            return tuned
        sparser = dictionary.stride**2  # there are so many patches less
        if task == "mri":
            return Tuned(_MRI[0] * sparser, _MRI[1])
        root = math.sqrt(level / 25)
        if mode == "early-stop":
            return Tuned(0.35 * root * sparser, 0.0015 * root, 0.11 * root)
        return Tuned(0.4 * root * sparser, 3e-4 * root)

    def _dictionary(self, task: Task, sigma: float | None, mode: Mode) -> Dictionary:
        if isinstance(self.model, Dictionary):
            return self.model
        if task == "mri" and sigma is None:
            return find_dictionary(self.model, _OF_MRI)
        return find_dictionary(self.model, known_level(sigma), mode)


@dataclass(frozen=True)
class PreparedDictionary(PreparedPrior):
    """A dictionary with its strengths.

    Attributes:
        prior: what was asked for.
        dictionary: the model.
        task: whose strengths are used.
        sigma: noise level, in 8-bit grey levels.
        solver: mode and limits.
        tuned: beta, lam and tolerance.
    """

    prior: DictionaryPrior
    dictionary: Dictionary
    task: Task
    sigma: float
    solver: Solver
    tuned: Tuned

    @cached_property
    def footprint(self) -> Footprint:  # type: ignore[override]
        """See `PreparedPrior`."""
        tolerance, _ = self.solver.limits(self.tuned.tol or 0.0)
        framed = self.prior.border == "extend"
        return dictionary_footprint(self.dictionary, self.solver, tolerance, framed, self.task)

    @property
    def steepest(self) -> float:  # type: ignore[override]
        """See `PreparedPrior`."""
        dictionary = self.dictionary
        return steepest(self.tuned.beta, dictionary.patch_size, dictionary.variant, dictionary.stride)

    @property
    def smallest(self) -> int:  # type: ignore[override]
        """See `PreparedPrior`."""
        return self.dictionary.patch_size

    @property
    def side_by_side(self) -> bool:  # type: ignore[override]
        """See `PreparedPrior`."""
        return self.task == "mri" and self.solver.is_minimum and self.solver.algorithm == "admm"

    @property
    def used(self) -> Used:  # type: ignore[override]
        """See `PreparedPrior`."""
        solver, mri, chosen = self.solver, self.task == "mri", self.prior.model is None
        rule = self.rule if solver.is_minimum else None
        settings = {"mode": solver.mode, "solver": solver.words, "border": self.prior.border}
        return Used(
            self.prior.name,
            f"{solver.mode} ({solver.words}), border {self.prior.border}",
            self.tuned.as_json(),
            self.dictionary.name,
            None if mri else self.sigma,
            settings,
            self.tuned.tol,
            rule is not None,
            "--mode full" + (f" --model {self.dictionary.name}" if rule and rule.network and chosen else ""),
        )

    def minimise(
        self, measurement: Measurement, callback: Callback | None = None, start: Solution | None = None
    ) -> PatchSolution:
        """See `PreparedPrior`."""
        problem, frame = self.pose(measurement)
        assert start is None or isinstance(start, PatchSolution)
        wanted = wanted_of(measurement, frame)
        found = minimise(problem, self.solver, self.tuned.tol, callback, start, self.rule, wanted)
        if frame is None:
            return found
        return replace(found, image=frame.forward(found.image), framed=found.image)

    @property
    def rule(self) -> Reweighting | None:
        """Of the weights for a second minimum, at the noise level."""
        return self.dictionary.reweighting and replace(self.dictionary.reweighting, sigma=self.sigma)

    def pose(self, measurement: Measurement) -> tuple[PatchProblem, Crop | None]:
        """Return the problem that is minimised, and the frame that the image gets for it, or None.

        Raises:
            ReconError: when the image is smaller than a patch.
        """
        dictionary, tuned, size = self.dictionary, self.tuned, self.smallest
        height, width = measurement.shape
        if min(height, width) < size:
            raise ReconError(
                f"the image has {height} x {width} pixels, smaller than a patch of {size} x {size}"
            )
        frame, boundary = self._posing(measurement)
        posed = extended(measurement, frame) if frame else measurement
        problem = PatchProblem.create(
            posed,
            dictionary.atoms,
            tuned.beta,
            dictionary.thresholds(tuned.lam, self.sigma),
            dictionary.variant,
            dictionary.stride,
            boundary,
        )
        return problem, frame

    def _posing(self, measurement: Measurement) -> tuple[Crop | None, Boundary]:
        """Return the frame that an image gets, or None, and which patches there are."""
        size, stride = self.dictionary.patch_size, self.dictionary.stride
        if self.prior.border == "paper":
            return None, "inside"
        if measurement.operator.is_periodic:
            return None, "periodic"
        if stride == 1:  # those inside a frame cover all pixels alike
            return Crop(measurement.shape, size - 1), "inside"
        return frame_of(measurement.shape, size, stride), "periodic"
