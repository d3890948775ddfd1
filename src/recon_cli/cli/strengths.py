"""What the options say of a prior and its strengths, by themselves or by a file of `recon tune`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..engine.measurement import Task
    from ..priors.dictionary import Border
    from ..priors.prior import Prior


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

    def filled(self, params: Path | None, task: str, mode: str, sigma: float | None = None) -> Strengths:
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

    def prior(self, task: Task, border: Border = "extend") -> Prior:
        """Return the prior, see `choose_prior`."""
        from ..priors.choosing import choose_prior

        return choose_prior(self.method, task, self.model, border=border, **self.given)
