"""The one sentence that everything says: a measurement, a prior and a solver give a reconstruction."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import torch
from numpy.typing import NDArray
from torch import Tensor

from .arguments import instance, one_of, positive
from .device import choose_device
from .engine.measurement import Measurement, Task
from .engine.reach import with_all_data, within_reach
from .errors import ReconError
from .priors.prior import PreparedPrior, Prior, Used
from .solver import Solver

if TYPE_CHECKING:
    from .engine.result import Callback, Solution, StopRule


@dataclass(frozen=True, repr=False)
class Reconstruction:
    """Images and how they came about.

    Attributes:
        image: in the units of the data, real or complex; `(images, height, width)`, or as a task puts several
            reconstructions together.
        iterations: the most that any of them took.
        objective: J summed over all; None where nothing was minimised, or where tiles overlap.
        gap: certified relative gap, the largest; None without one.
        converged: whether every stop rule was met.
        used: what was used, one for each noise level.
        seconds: wall-clock time of the solver.
        device: where it ran.
        rule: what the iterations ended by; None where their number was fixed, or there were none.
        tiles: that the most finely cut plane was solved in.
        shortages: how often its memory ran out, after which less was solved at once.
        extended: planes that are too small for the prior were extended by their mirror image to so many
            pixels, height and width; None where none was.
        distance: at most from the exact minimum, root mean square, in grey levels of 255, or None.
        threads: of the processor that it could use.
        unseen: whether there is detail that the data do not show: `H'H` is not diagonal, or 0 in some pixel.
        solution: of the solver, for a warm start; None where several were put together.
    """

    image: NDArray[Any] | Tensor
    iterations: int
    objective: float | None
    gap: float | None
    converged: bool
    used: tuple[Used, ...]
    seconds: float
    device: str
    rule: StopRule | None = None
    tiles: int = 1
    shortages: int = 0
    extended: tuple[int, int] | None = None
    distance: float | None = None
    threads: int = 1
    unseen: bool = False
    solution: Solution | None = None

    @property
    def last_iterations(self) -> int:
        """Iterations of the last of two minima, or of the only one."""
        return self.iterations - getattr(self.solution, "first_iterations", 0)

    def __repr__(self) -> str:
        """Say what it is in a line."""
        shape = " x ".join(map(str, self.image.shape))
        gap = "" if self.gap is None else f", certified gap {self.gap:.2g}"
        ended = "" if self.converged else ", NOT CONVERGED"
        words = f"{shape} by {self.used[0].about}, {self.iterations} iterations{gap}{ended}"
        return f"<Reconstruction {words}, {self.seconds:.2g} s on {self.device}>"


def reconstruct(
    measurement: Measurement,
    prior: Prior | PreparedPrior,
    solver: Solver | None = None,
    *,
    callback: Callback | None = None,
    start: Reconstruction | None = None,
) -> Reconstruction:
    """Find the image that a measurement and a prior make most likely: the minimum of J.

        J(x) = 1/2 |H x - y|^2 + prior(x),     x in C

    Args:
        measurement: H, y and C; data that are a NumPy array give an image that is one.
        prior: what is assumed; one that is not prepared takes its strengths for task and noise level.
        solver: mode, tolerance, limits and device; the settled minimum when left out.
        callback: called with the solver's status.
        start: of the same measurement at other strengths, to go on from.

    Raises:
        ReconError: when no strengths are known, or measurement, prior and solver do not go together.
    """
    solver = solver or Solver()
    _check(measurement, prior, solver)
    if isinstance(prior, PreparedPrior):
        prepared = prior
    else:
        prepared = prior.prepare(measurement.task, measurement.sigma, solver, measurement.weight)
    device = choose_device(solver.device)
    measured = measurement.to(device)
    _check_data(measured)
    began = time.perf_counter()
    with torch.inference_mode():
        moved = within_reach(measured, prepared.steepest)
        solution = prepared.minimise(moved, callback, start.solution if start else None)
        solution = with_all_data(solution, measured, moved)
        image = measured.images(solution.image)
        image = image.to(measurement.data.device)
        made = image.numpy() if measurement.is_numpy else image
    return Reconstruction(
        made,
        solution.iterations,
        solution.objective,
        solution.gap,
        solution.converged,
        (prepared.used,),
        time.perf_counter() - began,
        device,
        solution.rule,
        threads=torch.get_num_threads(),
        distance=solution.distance,
        unseen=_misses_detail(measured),
        solution=solution,
    )


def _misses_detail(measurement: Measurement) -> bool:
    """Return whether H does not show every pixel by itself, as after a blur or where some are missing."""
    diagonal = measurement.operator.diagonal(measurement.data.real)
    return diagonal is None or not bool((diagonal > 0).all())


def _check(measurement: Measurement, prior: object, solver: object) -> None:
    """Raise a ReconError for what cannot be reconstructed."""
    instance("measurement", measurement, Measurement)
    instance("prior", prior, Prior, PreparedPrior)
    instance("solver", solver, Solver)
    one_of("task", measurement.task, get_args(Task))
    if measurement.sigma is not None:
        positive("--sigma", measurement.sigma)
    positive("weight", measurement.weight)


def _check_data(measurement: Measurement) -> None:
    """Raise a ReconError for data that the operator does not measure, or that are not finite."""
    data, shape = measurement.data, measurement.shape
    try:
        fits = data.shape[:1] + shape == measurement.operator.adjoint(data).shape
    except (RuntimeError, IndexError, ValueError):
        fits = False
    if not (fits and data.numel()):
        raise ReconError(
            f"the data have the shape {tuple(data.shape)}, which is not (images, ...) as the operator "
            f"measures images of {shape[0]} x {shape[1]} pixels",
            2,
        )
    if not bool(data.isfinite().all()):
        raise ReconError("the data have NaN or infinite values")
    if measurement.operator.is_identity and data.is_complex() and measurement.parts == 1:
        raise ReconError("complex images do not lie in a Box; give the measurement domain=UnitDisc()", 2)


def combined(parts: Sequence[Reconstruction], image: NDArray[Any], **changes: Any) -> Reconstruction:
    """Return several reconstructions as one.

    Args:
        parts: at least one; all by the same prior, at one noise level or several.
        image: what was made of theirs.
        changes: attributes that do not follow from those of the parts.
    """
    objectives = [part.objective for part in parts]
    gaps = [part.gap for part in parts if part.gap is not None]
    distances = [part.distance for part in parts]
    used = {each.sigma: each for part in parts for each in part.used}
    fields: dict[str, Any] = {
        "iterations": max(part.iterations for part in parts),
        "objective": None if None in objectives else sum(filter(None, objectives)),
        "gap": max(gaps, default=None),
        "distance": None if None in distances else max(filter(None, distances), default=0.0),
        "converged": all(part.converged for part in parts),
        "used": tuple(used.values()),
        "seconds": sum(part.seconds for part in parts),
        "device": parts[0].device,
        "threads": max(part.threads for part in parts),
        "rule": parts[0].rule,
        "unseen": any(part.unseen for part in parts),
        "tiles": max(part.tiles for part in parts),
        "shortages": max(part.shortages for part in parts),
        "extended": max((part.extended for part in parts if part.extended), default=None),
    }
    return Reconstruction(image, **fields | changes)
