"""Whether the compiled loops over patches did the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..engine.native.loading import kernels_in_use

if TYPE_CHECKING:
    from ..reconstruction import Reconstruction


def compiled_loops(done: Reconstruction) -> str | None:
    """Return whether they were in use, and why not; None of a prior that has no loops over patches."""
    return kernels_in_use(done.device) if done.used[0].prior == "model" else None


def compiled_loops_row(done: Reconstruction) -> list[tuple[str, str]]:
    """Return that as a row of the report, or none."""
    said = compiled_loops(done)
    return [("compiled loops", said)] if said else []
