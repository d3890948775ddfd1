"""Frames of a file that are done, kept beside the place of its result until that is written."""

from __future__ import annotations

import hashlib
import pickle
import shutil
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...files.atomic import cannot_write, write_atomically
from ...reconstruction import combined
from ..frames import Frames
from ..record import Record

if TYPE_CHECKING:
    from ...files.kspace.samples import KSpace

_PACKAGE = "patchrecon"


class KeptFrames:
    """A hidden folder with the frames that are done, from which a run that was stopped goes on.

    Their names hold a mark of data and settings: frames of others are none of this run's.
    """

    def __init__(self, target: Path, mark: str) -> None:
        """Name the folder; it is made with the first frame.

        Args:
            target: place of the result.
            mark: of all that decides the frames, see `mark_of`.
        """
        self.folder = target.with_name(f".{target.name}.unfinished")
        self._mark = mark

    def count(self) -> int:
        """Return how many frames are there."""
        return sum(1 for _ in self.folder.glob(f"{self._mark}-*.json"))

    def known(self, frames: Iterable[int]) -> dict[int, Frames]:
        """Return those of some frames that are there."""
        found = ((frame, self._read(frame)) for frame in frames)
        return {frame: made for frame, made in found if made is not None}

    def keep(self, frame: int, made: Frames) -> None:
        """Write a frame, whole or not at all.

        Raises:
            ReconError: when that fails.
        """
        arrays: dict[str, Any] = {
            "image": np.asarray(made.result.image),
            "start": made.starts,
            "bound": made.bounds,
            "sets": made.sets,
        }
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise cannot_write(self.folder, error) from error
        write_atomically(self._place(frame, "npz"), lambda file: np.savez(file, **arrays))
        Record.of(made.parts[0]).write(self._place(frame, "json"))

    def remove(self) -> None:
        """Remove the folder, once the result is written."""
        with suppress(OSError):
            shutil.rmtree(self.folder)

    def _place(self, frame: int, kind: str) -> Path:
        return self.folder / f"{self._mark}-{frame}.{kind}"

    def _read(self, frame: int) -> Frames | None:
        record = Record.read(self._place(frame, "json"))
        if record is None:
            return None
        try:
            with (
                self._place(frame, "npz").open("rb") as file,
                np.load(file, allow_pickle=False) as stored,
            ):
                image, start = stored["image"], stored["start"]
                bounds, sets = stored["bound"].tolist(), stored["sets"].tolist()
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        part = record.reconstruction()
        return Frames(
            combined([replace(part, image=image)], image),
            start,
            (replace(part, image=image[:0]),),
            tuple(bounds),
            tuple(sets),
        )


def mark_of(measured: KSpace, settings: object) -> str:
    """Return a mark of data, settings and the version of the program, as hexadecimal digits.

    Args:
        measured: what was read.
        settings: a value that can be pickled.
    """
    digest = hashlib.sha256(pickle.dumps((metadata.version(_PACKAGE), settings)))
    for owner in (measured, measured.details):
        for each in fields(owner):
            value = getattr(owner, each.name)
            if isinstance(value, np.ndarray):
                digest.update(repr((each.name, value.dtype, value.shape)).encode())
                digest.update(np.ascontiguousarray(value).data)
    return digest.hexdigest()[:32]
