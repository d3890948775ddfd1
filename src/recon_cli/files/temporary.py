"""Names of files that are not finished yet, by which those of a command are found again."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_BEGINNING = ".recon-"
_mark = ""


def mark_names(run: str) -> None:
    """Put the name of a command into the temporary names that this process gives from now on."""
    global _mark
    _mark = f"{run}-"


def temporary_beside(place: Path) -> Path:
    """Return a new name in the folder of a place."""
    return place.with_name(f"{_BEGINNING}{_mark}{secrets.token_hex(8)}")


def second_name(place: Path, run: str = "") -> Path:
    """Return a name in the folder of a place, the same whenever the command asks for it.

    Args:
        place: of a result.
        run: name of the command; by default that of this process, see `mark_names`.
    """
    mark = f"{run}-" if run else _mark
    return place.with_name(f"{_BEGINNING}{mark}{hashlib.sha256(place.name.encode()).hexdigest()[:16]}")


def mark_of(run: str, folder: Path) -> Path:
    """Return the name of a file by which others see that a folder is the same."""
    return folder / f"{_BEGINNING}{run}-mark"


def remove_unfinished(run: str, folders: Iterable[Path]) -> None:
    """Remove what processes of a command have left unfinished, as those do that were killed.

    Args:
        run: name of the command, see `mark_names`.
        folders: of its results.
    """
    for folder in set(folders):
        for left in folder.glob(f"{_BEGINNING}{run}-*"):
            with suppress(OSError):
                if left.is_dir():
                    shutil.rmtree(left)
                else:
                    left.unlink()
