"""Settings in TOML files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import ReconError, reason_of
from .parsed import parse_toml, read_text


def read_configuration(path: Path) -> dict[str, Any]:
    """Read the table of a TOML file.

    Raises:
        ReconError: when the file is missing, too large or no TOML.
    """
    text = read_text(path, "the configuration")
    try:
        return parse_toml(text)
    except ValueError as error:
        raise ReconError(f"the configuration {path} cannot be read: {reason_of(error)}") from error
