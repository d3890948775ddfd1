"""What the options say of a prior's strengths, by themselves or by a file of `recon tune`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..engine.measurement import Task


@dataclass(frozen=True)
class Strengths:
    """Options of the learned model.

    Attributes:
        model: bundled name or file, or None.
        beta: weight of the patch term, or None.
        lam: soft-threshold level, or None.
        tol: of the stop rule, or None.
    """

    model: str | None
    beta: float | None
    lam: float | None
    tol: float | None

    def filled(self, params: Path, task: Task, mode: str, sigma: float | None = None) -> Strengths:
        """Return these, and where none are given those of a file; its tolerance with both of its strengths.

        Args:
            params: the file.
            task: what they are for.
            mode: of the solver.
            sigma: noise level, in 8-bit grey levels, where all images have the same.

        Raises:
            ReconError: when the file is missing, or made for another task, mode, model or noise level.
        """
        from ..files.parameters import read_parameters

        found = read_parameters(params, task, mode, self.model, sigma)
        own = self.beta or self.lam
        return replace(
            self,
            model=found.model,
            beta=self.beta or found.beta,
            lam=self.lam or found.lam,
            tol=self.tol or (None if own else found.tol),
        )
