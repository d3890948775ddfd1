"""The state of a training, written so that it resumes bit for bit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from ..errors import ReconError
from ..files.atomic import write_atomically

_FORMAT = "recon-checkpoint-1"


@dataclass(frozen=True)
class Checkpoint:
    """What a training needs to go on.

    Attributes:
        tensors: parameters, optimiser moments, best atoms and the generator's state, by name.
        options: the options that the training was started with, as plain JSON values.
        step: steps done.
        best: best validation PSNR so far in dB, with its step.
    """

    tensors: dict[str, Tensor]
    options: dict[str, Any]
    step: int
    best: tuple[float, int]


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint, whole or not at all.

    Raises:
        ReconError: when the place cannot be written.
    """
    from safetensors.torch import save_file

    header = {
        "format": _FORMAT,
        "options": checkpoint.options,
        "step": checkpoint.step,
        "best": checkpoint.best,
    }
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in checkpoint.tensors.items()}
    metadata = {"recon": json.dumps(header, sort_keys=True)}
    write_atomically(path, lambda place: save_file(tensors, place, metadata))


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        ReconError: when the file is not a whole checkpoint.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {}).get("recon", "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if header.get("format") != _FORMAT:
            raise ReconError(f"{path} is not a checkpoint of a training")
        score, step = header["best"]
        return Checkpoint(tensors, dict(header["options"]), int(header["step"]), (float(score), int(step)))
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ReconError(f"the checkpoint {path} cannot be read: {error}") from error
