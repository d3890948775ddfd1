"""What all commands take that reconstruct the content of files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .. import modes
from . import options as shared

if TYPE_CHECKING:
    from ..priors.prior import Prior
    from ..solver import Solver
    from ..workflows.file_workflow import FileTask
    from .file_tasks import FileKind
    from .strengths import Strengths


@dataclass(frozen=True)
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
        from .strengths import Strengths

        given = {"beta": self.beta, "lam": self.lam, "weight": self.weight}
        return Strengths(self.method, self.model, given, self.tol)

    def prior_of(self, strengths: Strengths) -> Prior:
        """Return what is assumed of images."""
        return strengths.prior("denoise")

    def solver_of(self, strengths: Strengths) -> Solver:
        """Return mode, tolerance, limits and device."""
        from ..solver import Solver

        return Solver(self.mode, strengths.tol, self.max_iter, self.device)

    def plan(
        self,
        words: Sequence[str],
        kind: FileKind,
        others: Sequence[Path | str | None],
        zero_filled: str | None = None,
    ) -> list[FileTask]:
        """Return what is to be done, see `plan_tasks`."""
        from .file_tasks import plan_tasks

        return plan_tasks(
            words,
            kind,
            self.output,
            recursive=self.recursive,
            reference=self.reference,
            figure=self.figure,
            zero_filled=zero_filled,
            report=self.report,
            others=(self.config, *others),
        )
