"""The modes of a solver."""

from __future__ import annotations

from typing import Literal

Mode = Literal["settled", "full", "early-stop", "unrolled"]


def strengths_mode(mode: str) -> str:
    """Return the mode whose strengths a mode takes: `settled` and `full` look for the same minimum."""
    return "full" if mode == "settled" else mode
