"""Files of learned weights: safetensors with a JSON header, nothing unpickled."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from torch import Tensor

from ..errors import ReconError, reason_of
from ..files.atomic import write_atomically
from ..files.beginning import check_file
from ..files.parsed import parse_json, shown

Kind = Literal["dictionary", "ridge regulariser"]
_TELLING: dict[str, Kind] = {"atoms": "dictionary", "kernels": "ridge regulariser"}
"""Tensors that files of one kind hold, and those of others do not."""
_MAX_BYTES = 2**28


def write_weights(path: Path, tensors: dict[str, Tensor], header: dict[str, Any]) -> None:
    """Write tensors as float32, whole or not at all, with a header of plain JSON values.

    Raises:
        ReconError: when the place cannot be written.
    """
    from safetensors.torch import save

    plain = {name: tensor.detach().float().cpu().contiguous() for name, tensor in tensors.items()}
    metadata = {"recon": json.dumps(header, sort_keys=True)}
    write_atomically(path, lambda file: file.write(save(plain, metadata)))


def read_weights(path: Path, what: str, schemas: Collection[list[str]]) -> tuple[dict[str, Tensor], str]:
    """Read tensors, of which the file may hold one of some sets only.

    Args:
        path: of the file.
        what: it is meant to be, as in "dictionary".
        schemas: names of the tensors, sorted; no others are read.

    Returns:
        The tensors by name, and the text of the header.

    Raises:
        ReconError: when the file is missing, too large, not safetensors, or holds other tensors.
    """
    with _opened(path, what) as file:
        metadata = file.metadata() or {}
        keys = sorted(file.keys())
        tensors = {key: file.get_tensor(key) for key in keys} if keys in schemas else {}
    if not tensors:
        held = shown(", ".join(keys)) if keys else "none"
        raise ReconError(f"{path} is not a {what}: it holds the tensors {held}")
    return tensors, metadata.get("recon", "")


@contextmanager
def checked_header(path: Path, what: str, text: str, expected: str) -> Iterator[dict[str, Any]]:
    """Give the fields of a header to who takes them apart.

    Args:
        path: of the file, for messages.
        what: it is meant to be, as in "dictionary".
        text: of the header.
        expected: its format.

    Raises:
        ReconError: when it is not of this format, or what is done with the fields fails for their values.
    """
    try:
        fields = parse_json(text)
        if fields["format"] != expected:
            raise ValueError(f"its format is {shown(fields['format'])}")
        yield fields
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReconError(f"{path} has no valid header of a {what}: {reason_of(error)}") from error


def kind_of(path: Path, what: str) -> Kind | None:
    """Return what a file holds, by the names of its tensors alone; None where they are of no kind.

    Args:
        path: of the file.
        what: it is meant to be, as in "dictionary".

    Raises:
        ReconError: when the file is missing, too large, or not safetensors.
    """
    with _opened(path, what) as file:
        keys = set(file.keys())
    return next((kind for name, kind in _TELLING.items() if name in keys), None)


@contextmanager
def _opened(path: Path, what: str) -> Iterator[Any]:
    from safetensors import SafetensorError, safe_open

    if check_file(path, f"the {what}") > _MAX_BYTES:
        raise ReconError(f"{path} is too large for a {what}")
    try:
        with safe_open(path, framework="pt") as file:
            yield file
    except (OSError, SafetensorError) as error:
        raise ReconError(f"{path} is not a readable {what}: {reason_of(error)}") from error
