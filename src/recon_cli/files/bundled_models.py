"""Where the bundled models lie, and what their manifest says of them, without PyTorch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..errors import ReconError

_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDERS = (_PACKAGE / "pretrained", _PACKAGE.parents[1] / "pretrained")
"""Inside the installed package, and beside `src` in a checkout."""


def pretrained_folder() -> Path:
    """Return the folder of the bundled models.

    Raises:
        ReconError: when the installation lacks it.
    """
    for folder in _FOLDERS:
        if (folder / "manifest.json").is_file():
            return folder
    raise ReconError("this installation lacks its pretrained models; install it again")


def manifest(kind: str | None = None) -> dict[str, Any]:
    """Return what is known of the bundled models, by name; of one kind alone where it is given."""
    entries: dict[str, Any] = json.loads((pretrained_folder() / "manifest.json").read_text("utf-8"))
    return {name: entry for name, entry in entries.items() if kind in (None, entry["kind"])}


def file_of(entry: dict[str, Any]) -> Path:
    """Return where the file of an entry of the manifest lies."""
    return pretrained_folder() / str(entry["file"])
