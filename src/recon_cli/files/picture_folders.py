"""Folders that are one image: Zarr keeps an array as many files."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..errors import ReconError

_MARKS = ("zarr.json", ".zgroup", ".zarray")
_MOST_FILES = 2**18


def is_picture_folder(path: Path) -> bool:
    """Return whether a folder is an image, by what lies in it."""
    return path.is_dir() and any((path / mark).is_file() for mark in _MARKS)


def check_inside(folder: Path) -> int:
    """Return how many bytes a folder holds, of which no file lies elsewhere or is no file.

    Raises:
        ReconError: when a symbolic link leads outside of it, something is no regular file, there are too many
            files, or it cannot be read.
    """
    root, size, count = os.path.realpath(folder), 0, 0
    try:
        for place, folders, names in os.walk(folder, onerror=_refuse):
            for name in (*folders, *names):
                path = os.path.join(place, name)  # noqa: PTH118 - there may be many
                real = os.path.realpath(path)
                if real != path and os.path.commonpath((root, real)) != root:
                    raise ReconError(
                        f"{folder} has a link to a place outside of it, {path}; copy what is there"
                    )
                found = os.stat(path)  # noqa: PTH116
                if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
                    raise ReconError(f"{folder} holds {path}, which is no regular file")
                size += found.st_size
            count += len(names)
            if count > _MOST_FILES:
                raise ReconError(f"{folder} holds more than {_MOST_FILES} files")
    except OSError as error:
        raise ReconError(f"cannot read {folder}: {error.strerror or error}") from error
    return size


def _refuse(error: OSError) -> None:
    raise error
