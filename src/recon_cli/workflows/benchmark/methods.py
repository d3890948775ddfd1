"""The methods of a comparison, with stored strengths or those that are best for each image."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...errors import MissingParametersError
from ...files.parameters import STRENGTHS
from ...priors.choosing import choose_prior
from ...quality.scores import Reference
from ...reconstruction import Reconstruction, reconstruct
from ...solver import Solver
from ..tune.budget import Budget
from ..tune.case import Case
from ..tune.criteria import CRITERIA
from ..tune.evaluation import Objective, search_solver
from ..tune.log import fingerprint
from ..tune.run import Search, choose_grid, tune

if TYPE_CHECKING:
    from ...device import Device
    from ...engine.measurement import Task
    from ...priors.dictionary import Border
    from ...priors.prior import Prior
    from .entries import Entry
    from .simulations import Simulation


@dataclass(frozen=True)
class ComparedMethod:
    """A method.

    Attributes:
        name: in tables.
        mark: digest of all that decides its results besides the data.
        prior: its model read.
        solver: mode and device.
        tuned: whether its strengths are those that are best in PSNR for each image; else they are stored.
    """

    name: str
    mark: str
    prior: Prior
    solver: Solver
    tuned: bool = False

    def reconstruct(self, simulation: Simulation) -> Reconstruction:
        """Return the image, as it is compared; only tuning looks at the clean one."""
        prior, solver, measurement = self.prior, simulation.solver(self.solver), simulation.measure()
        if self.tuned:
            truth = Reference(simulation.clean[None], 1.0)
            case = Case(measurement, truth, "psnr", picture=simulation.picture)
            quick = simulation.solver(search_solver(prior, solver.mode, solver.device))
            objective = Objective((case,), CRITERIA["psnr"], prior, quick)
            start = prior.usual(measurement.task, measurement.sigma, solver.mode)
            grid = choose_grid(start, {}, objective.criterion)
            best = tune(objective, Search(start, grid, Budget()), {}).best.strengths
            prior, solver = prior.at(best), replace(solver, tolerance=best.as_json().get("tol"))
        done = reconstruct(measurement, prior, solver)
        return replace(done, image=simulation.picture(np.asarray(done.image)))


@contextmanager
def missing_advice(advice: str = "take another --sigma, or another model with --model") -> Iterator[None]:
    """Say what commands without --beta and --lam offer where parameters are missing."""
    try:
        yield
    except MissingParametersError as error:
        raise MissingParametersError(error.missing, advice) from error


def compared_method(
    entry: Entry,
    task: Task,
    sigma: float | None = None,
    *,
    tuned: bool = False,
    border: Border = "extend",
    device: Device = "auto",
) -> ComparedMethod:
    """Return a method for a task.

    Args:
        entry: names it.
        task: what it is for.
        sigma: noise level, in 8-bit grey levels, of denoising.
        tuned: see `ComparedMethod`.
        border: of the model.
        device: of the computation.

    Raises:
        ReconError: when there is no such model, or no strengths are known.
    """
    solver = Solver(entry.mode, device=device)
    tuned = tuned and entry.method in STRENGTHS
    with missing_advice("give --tune-each") if task == "mri" else missing_advice():
        prior = choose_prior(entry.method, task, entry.model, border=border).read(task, sigma, entry.mode)
        used = None if tuned else prior.prepare(task, sigma, solver).used
    settings = {"name": entry.name, "tuned": tuned, "sigma": sigma, "border": border}
    if used:
        settings |= {"parameters": dict(used.parameters), "settings": dict(used.settings)}
    return ComparedMethod(entry.name, fingerprint(settings, prior.learned), prior, solver, tuned)
