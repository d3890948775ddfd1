"""Folders that appear whole or not at all."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Callable
from pathlib import Path

from ..errors import ReconError
from .atomic import cannot_write
from .claims import may_be_ours, release
from .temporary import temporary_beside


def write_folder_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Write a folder under a temporary name beside its place, then rename it; none is ever replaced.

    Args:
        path: where it shall appear.
        write: called with the path of the folder that it has to make and fill.

    Raises:
        ReconError: when something is there, or the place cannot be written.
    """
    temporary = temporary_beside(path)
    try:
        if path.exists() and not may_be_ours(path):
            raise ReconError(f"{path} exists, and a folder is not replaced; remove it or take another name")
        write(temporary)
        if path.exists() and not _is_same(path, temporary):
            raise ReconError(f"{path} has appeared meanwhile; remove it or take another name")
        if not path.exists():
            temporary.rename(path)
        release(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _is_same(one: Path, other: Path) -> bool:
    """Return whether two folders hold the same files."""
    names = [
        sorted(file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
        for folder in (one, other)
    ]
    return names[0] == names[1] and all(
        filecmp.cmp(one / name, other / name, shallow=False) for name in names[0]
    )
