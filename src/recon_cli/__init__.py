"""Image reconstruction with a learned convex model: `recon_cli.denoise`, and the command `recon`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # not from typing, which takes its time before Ctrl-C can be answered
    from typing import Any

    from .library import denoise

__all__ = ["__version__", "denoise"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import the library on first use: the command line answers without torch."""
    if name == "denoise":
        from .library import denoise

        return denoise
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
