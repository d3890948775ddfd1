"""Folders that appear whole or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from ..errors import ReconError
from .atomic import cannot_write
from .claims import release


def write_folder_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Write a folder under a temporary name beside its place, then rename it; none is ever replaced.

    Args:
        path: where it shall appear.
        write: called with the path of the folder that it has to make and fill.

    Raises:
        ReconError: when something is there, or the place cannot be written.
    """
    temporary = path.with_name(f".recon-{secrets.token_hex(8)}")
    try:
        if path.exists():
            raise ReconError(f"{path} exists, and a folder is not replaced; remove it or take another name")
        write(temporary)
        temporary.rename(path)
        release(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
