"""What all commands take that reconstruct the content of files."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import modes
from . import options as shared

if TYPE_CHECKING:
    from ..engine.measurement import Task
    from ..priors.dictionary import Border
    from ..priors.prior import Prior
    from ..solver import Solver


@dataclass(frozen=True)
class Strengths:
    """Options of a method.

    Attributes:
        method: as `choose_prior` knows it.
        model: bundled name or file, or None.
        given: strengths by name, None where the user gave none.
        tol: of the stop rule, or None.
    """

    method: str
    model: str | None
    given: Mapping[str, float | None]
    tol: float | None

    def filled(self, params: Path | None, task: str, mode: str, sigma: float | None = None) -> "Strengths":
        """Return these, and where none are given those of a file; its tolerance with all of its strengths.

        Args:
            params: the file, or None.
            task: what they are for, as `recon tune` names it.
            mode: of the solver.
            sigma: noise level, in 8-bit grey levels, where all images have the same.

        Raises:
            ReconError: when the file is missing, or made for something else, see `read_parameters`.
        """
        from ..files.parameters import read_parameters

        if params is None:
            return self
        found = read_parameters(params, task, self.method, mode, self.model, sigma)
        given = {name: value for name, value in self.given.items() if value is not None}
        tol = self.tol or (None if given else found.tol)
        return replace(self, model=found.model, given={**found.strengths, **given}, tol=tol)

    def prior(self, task: "Task", border: "Border" = "extend") -> "Prior":
        """Return the prior, see `choose_prior`."""
        from ..priors.choosing import choose_prior

        return choose_prior(self.method, task, self.model, border=border, **self.given)


@dataclass(frozen=True, eq=False, repr=False)
class FileOptions:
    """Options by the names that they have on the command line; a command states anew what differs in it."""

    output: str | None = None
    recursive: shared.Recursive = False
    overwrite: shared.Overwrite = False
    skip_existing: shared.SkipExisting = False
    method: str = "model"
    mode: modes.Mode = "settled"
    model: str | None = None
    beta: shared.Beta = None
    lam: shared.Lam = None
    weight: shared.Weight = None
    tol: float | None = None
    max_iter: shared.MaxIter = 10_000
    device: shared.Device = "auto"
    memory: str | None = None
    reference: Path | None = None
    figure: str | None = None
    report: shared.Report = None
    scheduler: shared.Scheduler = None
    config: shared.Config = None
    json: shared.JsonLines = False
    quiet: shared.Quiet = False
    verbose: shared.Verbose = False

    @property
    def most(self) -> int | None:
        """The bytes of `--memory`."""
        from ..workflows.memory import parse_memory

        return None if self.memory is None else parse_memory(self.memory)

    @property
    def strengths(self) -> Strengths:
        """What the options say of the method."""
        given = {"beta": self.beta, "lam": self.lam, "weight": self.weight}
        return Strengths(self.method, self.model, given, self.tol)

    def prior_of(self, strengths: Strengths) -> "Prior":
        """Return what is assumed of images."""
        return strengths.prior("denoise")

    def solver_of(self, strengths: Strengths) -> "Solver":
        """Return mode, tolerance, limits and device."""
        from ..solver import Solver

        return Solver(self.mode, strengths.tol, self.max_iter, self.device, traced=self.report is not None)
