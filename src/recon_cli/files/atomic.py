"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import filecmp
import io
import os
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from ..errors import ReconError
from .claims import is_claimed, is_signed, may_be_ours, release, remove_signs, sign
from .sink import Sink
from .temporary import temporary_beside

_BUFFER = 2**20


def write_atomically(path: Path, write: Callable[[IO[bytes]], object], kept: Path | None = None) -> None:
    """Write a file under a temporary name beside its place, then rename it.

    A link stays one, and the file is written where it leads. A new file has the mode of any new file. One
    that replaces another takes over its mode, its extended attributes and, where the system allows, its
    owner. What has appeared at a claimed place is not replaced, see `claims`.

    Args:
        path: where the file shall appear.
        write: called with an open file; has to write all of it, and may seek.
        kept: new name of the file that is replaced; None where it may go.

    Raises:
        ReconError: when the folder does not exist, cannot be written or is full, a file is in the way, or
            what stands there is no file.
    """
    place = place_of(path)
    # the name is known before the file is made, so that an interruption at any point removes it
    temporary = temporary_beside(place)
    sink: Sink | None = None
    try:
        mode = stat.S_IMODE(place.stat().st_mode) if place.exists() else 0o666
        # no more than these may read it, at no moment
        number = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode & 0o777)
        sink = Sink(number)
        write(file := io.BufferedRandom(sink, _BUFFER))
        file.flush()
        sink.finish()
        _take_over(place, temporary)
        _rename(temporary, place, not is_claimed(place), kept)
        release(place)
    except FileExistsError as error:
        raise ReconError(f"{path} has appeared meanwhile; give --overwrite to replace it") from error
    except Exception as error:
        reason = (sink and sink.failure) or error  # a library may have made another error of it
        if isinstance(reason, OSError):
            raise cannot_write(path, reason) from error
        raise
    finally:
        if sink:
            sink.end()
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def place_of(path: Path) -> Path:
    """Return where a file is written: the path itself, or where its links lead.

    Raises:
        ReconError: when there is something that is no regular file, or it cannot be looked at.
    """
    try:
        place = Path(os.path.realpath(path))
        kind = stat.S_IFMT(place.stat().st_mode)
    except FileNotFoundError:
        return place
    except (OSError, ValueError) as error:  # a ValueError for a null byte in the name
        raise cannot_write(path, error) from error
    if kind == stat.S_IFDIR:
        raise ReconError(f"{path} is a folder; give the name of a file")
    if kind != stat.S_IFREG:
        raise ReconError(f"{path} is a device, a pipe or a socket; give the name of a file")
    return place


def cannot_write(path: Path | str, error: Exception) -> ReconError:
    """Return the error for a place that the system does not let us write."""
    return ReconError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}")


def _take_over(old: Path, new: Path) -> None:
    """Give a new file the owner, mode and extended attributes of the one that it replaces, where it may."""
    if not old.exists():
        return
    found = old.stat()
    for owner in ((-1, found.st_gid), (found.st_uid, -1)) if hasattr(os, "chown") else ():
        with suppress(OSError):
            os.chown(new, *owner)
    with suppress(OSError):
        shutil.copystat(old, new)
    os.utime(new)


def _rename(temporary: Path, path: Path, overwrite: bool, kept: Path | None) -> None:
    """Give a file its name; where none may be replaced by a link, since renaming would replace it."""
    if overwrite:
        if kept and path.exists():
            path.replace(kept)
        temporary.replace(path)
    elif not is_signed(path):  # what an earlier try has written stays
        try:
            sign(temporary, path)
            path.hardlink_to(temporary)
        except FileExistsError:
            remove_signs([path])
            if not (may_be_ours(path) and filecmp.cmp(path, temporary, shallow=False)):
                raise
        except OSError:  # a file system without links
            if path.exists():
                raise FileExistsError(path) from None
            temporary.replace(path)
    with suppress(OSError):  # some systems open no folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


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
