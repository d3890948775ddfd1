"""Where the computation runs."""

from __future__ import annotations

from typing import Literal

import torch

from ..errors import ReconError

Device = Literal["auto", "cpu", "cuda"]


def choose_device(name: Device) -> Literal["cpu", "cuda"]:
    """Return `cpu` or `cuda`; `auto` takes a GPU where there is one.

    Raises:
        ReconError: when a GPU is asked for and there is none.
    """
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise ReconError("there is no CUDA device on this machine; use --device cpu", 2)
    return name
