"""Settings in TOML files."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from ..errors import ReconError


def read_configuration(path: Path) -> dict[str, Any]:
    """Read the table of a TOML file.

    Raises:
        ReconError: when the file is missing or no TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ReconError(f"the configuration {path} does not exist") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReconError(f"the configuration {path} cannot be read: {error}") from error
