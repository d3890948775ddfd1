"""A result that grows beside its place: its chunks, and what is known of those that are done."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import ReconError
from ...files.atomic import cannot_write, write_atomically
from ...files.images.field.ome_zarr import create_levels
from ..record import Record

_IMAGE, _DONE, _PLAN = "image", "done", "plan.json"


class Unfinished:
    """A folder beside the place of a result, in which it grows until it is moved there.

    Attributes:
        image: the folder of the image.
    """

    def __init__(self, target: Path) -> None:
        """Name the folder; nothing is made."""
        self.target = target
        self.folder = target.with_name(f".{target.name}.unfinished")
        self.image = self.folder / _IMAGE

    def begin(self, plan: dict[str, Any], told: dict[str, Any], dtype: np.dtype[Any], go_on: bool) -> None:
        """Make the folder, or go on with one.

        Args:
            plan: plain values that decide the result.
            told: what the folder of the image says, see `create_levels`.
            dtype: of its values.
            go_on: whether an earlier run is gone on with, where it did the same.

        Raises:
            ReconError: when an earlier run was stopped and nobody says what to do, or nothing can be written.
        """
        mark = hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()
        try:
            if self.folder.exists():
                if go_on and self._mark() == mark:
                    return
                if go_on:
                    raise ReconError(
                        f"{self.folder} was begun from other data or with other settings; remove it to begin "
                        "anew"
                    )
                raise ReconError(
                    f"{self.folder} holds what a run that was stopped has done; --skip-existing goes on with "
                    "it, or remove it"
                )
            (self.folder / _DONE).mkdir(parents=True)
            create_levels(told, self.image, dtype)
            content = json.dumps({"mark": mark}).encode()
            write_atomically(self.folder / _PLAN, lambda file: file.write(content))
        except OSError as error:
            raise cannot_write(self.folder, error) from error

    def _mark(self) -> str:
        try:
            return str(json.loads((self.folder / _PLAN).read_bytes())["mark"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def place_of(self, number: int) -> Path:
        """Return where the record of a part is."""
        return self.folder / _DONE / f"{number}.json"

    def known(self, count: int) -> dict[int, Record]:
        """Return the records of parts that are done."""
        found = ((number, Record.read(self.place_of(number))) for number in range(count))
        return {number: record for number, record in found if record}

    def finish(self) -> None:
        """Move the image to its place.

        Raises:
            ReconError: when something has appeared there.
        """
        if self.target.exists():
            raise ReconError(f"{self.target} has appeared meanwhile; remove it, and --skip-existing goes on")
        try:
            for left in self.image.rglob("*.partial"):  # of writers that were killed
                left.unlink()
            self.image.rename(self.target)
        except OSError as error:
            raise cannot_write(self.target, error) from error
        with suppress(OSError):
            shutil.rmtree(self.folder)
