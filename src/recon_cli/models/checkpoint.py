"""The state of a training, written so that it resumes bit for bit."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from ..errors import ReconError, reason_of
from ..files.atomic import write_atomically
from ..files.beginning import check_file
from ..files.parsed import number, parse_json

_FORMAT = "recon-checkpoint-4"
_MOST_BYTES = 2**30
_UNSEALED = hashlib.sha256(b"").hexdigest()
"""Stands in the place of the checksum of a file while that is computed."""


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


def previous(path: Path) -> Path:
    """Return where the checkpoint before the newest one is kept."""
    return path.with_name(path.name + ".previous")


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint, whole or not at all; the one before is kept under another name.

    Raises:
        ReconError: when the place cannot be written.
    """
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in checkpoint.tensors.items()}
    header = {
        "format": _FORMAT,
        "options": checkpoint.options,
        "step": checkpoint.step,
        "best": checkpoint.best,
    }
    content = seal(tensors, header)
    write_atomically(path, lambda file: file.write(content), kept=previous(path))


def recover_checkpoint(path: Path, say: Callable[[str], None]) -> Checkpoint | None:
    """Read the newest checkpoint, or the one before when the newest is damaged or was not finished.

    Args:
        path: of the newest.
        say: called with a sentence when it is damaged.

    Returns:
        The checkpoint; None when there is none.

    Raises:
        ReconError: when neither can be read.
    """
    older = previous(path)
    if path.exists():
        try:
            return load_checkpoint(path)
        except ReconError as error:
            if not older.exists():
                raise
            say(f"{error}; going on from the one before")
    return load_checkpoint(older) if older.exists() else None


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        ReconError: when the file is not a whole checkpoint.
    """
    from safetensors import SafetensorError, safe_open

    if check_file(path, "the checkpoint") > _MOST_BYTES:
        raise ReconError(f"{path} is too large for a checkpoint")
    try:
        with safe_open(path, framework="pt") as file:
            header = parse_json((file.metadata() or {}).get("recon", "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if header.get("format") != _FORMAT:
            raise ReconError(f"{path} is not a checkpoint of a training")
        unsealed = path.read_bytes().replace(header["sha256"].encode(), _UNSEALED.encode())
        if header["sha256"] != hashlib.sha256(unsealed).hexdigest():
            raise ValueError("its checksum is wrong")
        score, step = header["best"]
        score = score if score == -math.inf else number(score, "the best score")  # before the first step
        steps = [int(number(value, "step", above=-1)) for value in (header["step"], step)]
        return Checkpoint(tensors, dict(header["options"]), steps[0], (score, steps[1]))
    except (OSError, SafetensorError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ReconError(f"the checkpoint {path} cannot be read: {reason_of(error)}") from error


def seal(tensors: dict[str, Tensor], header: dict[str, Any]) -> bytes:
    """Return the bytes of a checkpoint, with the checksum of all of them but the checksum itself."""
    from safetensors.torch import save

    content = save(tensors, {"recon": json.dumps(header | {"sha256": _UNSEALED}, sort_keys=True)})
    return content.replace(_UNSEALED.encode(), hashlib.sha256(content).hexdigest().encode())
