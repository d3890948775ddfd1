"""What is told of a file, whatever it holds."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FileInfo:
    """How a file is understood.

    Attributes:
        kind: `picture`, `k-space`, `dictionary` or `ridge regulariser`.
        rows: names and values for people.
        fields: the same for programs.
        command: what may be done with the file.
        warnings: sentences for the user.
    """

    kind: str
    rows: tuple[tuple[str, str], ...]
    fields: Mapping[str, Any]
    command: str
    warnings: tuple[str, ...] = ()


def command_of(*words: str) -> str:
    """Return a command line whose words a shell takes as they are."""
    return shlex.join(["recon", *words])
