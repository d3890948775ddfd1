"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from safetensors import SafetensorError

from ..errors import ReconError
from .claims import is_claimed, release


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file under a temporary name beside its place, then rename it.

    What has appeared at a claimed place is not replaced, see `claims`.

    Args:
        path: where the file shall appear.
        write: called with the temporary path; has to write the whole file there.

    Raises:
        ReconError: when the folder does not exist, cannot be written or is full, or a file is in the way.
    """
    # the name is known before the file is made, so that an interruption at any point removes it
    temporary = path.with_name(f".recon-{secrets.token_hex(8)}{path.suffix}")
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        write(temporary)
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        _rename(temporary, path, overwrite=not is_claimed(path))
        release(path)
    except FileExistsError as error:
        raise ReconError(f"{path} has appeared meanwhile; give --overwrite to replace it") from error
    except (OSError, RuntimeError, SafetensorError) as error:  # the latter of h5py and safetensors
        reason = getattr(error, "strerror", None) or (str(error).splitlines() or [""])[0]
        raise ReconError(f"cannot write {path}: {reason}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _rename(temporary: Path, path: Path, overwrite: bool) -> None:
    """Give a file its name; where none may be replaced by a link, since renaming would replace it."""
    if overwrite:
        temporary.replace(path)
    else:
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
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
