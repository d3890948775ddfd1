"""Whether the compiled loops over patches did the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..engine.native.loading import kernels_in_use

if TYPE_CHECKING:
    from ..workflows.methods.method import Method
    from ..workflows.mri.methods.method import MriMethod


def compiled_loops(method: Method | MriMethod, device: str) -> str | None:
    """Return whether they were in use, and why not; None of a method that has no loops over patches.

    Args:
        method: what was done.
        device: where.
    """
    return kernels_in_use(device) if method.name == "model" else None


def compiled_loops_row(method: Method | MriMethod, device: str) -> list[tuple[str, str]]:
    """Return that as a row of the report, or none."""
    said = compiled_loops(method, device)
    return [("compiled loops", said)] if said else []
