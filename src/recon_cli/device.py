"""Where the computation runs."""

from __future__ import annotations

from typing import Literal

import torch

from .errors import ReconError

Device = Literal["auto", "cpu", "cuda", "mps"]


def choose_device(name: Device) -> Literal["cpu", "cuda"]:
    """Return `cpu` or `cuda`; `auto` takes a GPU where there is one.

    Raises:
        ReconError: when a GPU is asked for and there is none, or none that computes in double precision.
    """
    if name == "mps":
        raise ReconError(
            "Apple's GPUs (mps) have no double precision, which the certified gap needs; use --device cpu", 2
        )
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise ReconError("there is no CUDA device on this machine; use --device cpu", 2)
    return name
