"""Settings in TOML files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import ReconError, reason_of
from .parsed import parse_toml, read_text


def read_configuration(path: Path) -> dict[str, Any]:
    """Read the table of a TOML file.

    Raises:
        ReconError: when the file is missing, too large or no TOML, or a value is an empty word, which a path
            would take for the current folder.
    """
    text = read_text(path, "the configuration")
    try:
        values = parse_toml(text)
    except ValueError as error:
        raise ReconError(f"the configuration {path} cannot be read: {reason_of(error)}") from error
    for name, value in values.items():
        if value == "" or (isinstance(value, list) and "" in value):
            raise ReconError(f"{path}: {name} is empty; give it a value or leave it out", 2)
    return values
