"""Text files of values: JSON and TOML, whose content may be anything."""

from __future__ import annotations

import json
import math
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import ReconError
from .beginning import check_file

_MOST_BYTES = 2**26


def read_text(path: Path, what: str, errors: str = "strict") -> str:
    """Return the text of a file of at most 64 MiB.

    Args:
        path: of the file.
        what: it is meant to be, as in "the configuration".
        errors: `replace` puts a mark in place of bytes that are no text.

    Raises:
        ReconError: when it is missing, too large, cannot be read or is no text.
    """
    if check_file(path, what) > _MOST_BYTES:
        raise ReconError(f"{what} {path} is too large: it has more than {_MOST_BYTES} bytes")
    try:
        return path.read_bytes().decode("utf-8-sig", errors)  # editors of Windows begin with a mark
    except OSError as error:
        raise ReconError(f"{what} {path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ReconError(f"{what} {path} cannot be read: it is no UTF-8 text") from error


def parse_json(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        ValueError: when it is none, or nested too deeply.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def parse_toml(text: str) -> dict[str, Any]:
    """Return the table of a TOML text.

    Raises:
        ValueError: when it is none, or nested too deeply.
    """
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def number(value: object, name: str, above: float = -math.inf) -> float:
    """Return a finite number as a float.

    Args:
        value: of a field.
        name: of the field, for the error.
        above: what it has to exceed.

    Raises:
        ValueError: when it is none.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool) and above < value < math.inf:
        with suppress(OverflowError):  # of integers with hundreds of digits
            return float(value)
    raise ValueError(f"{name} is {shown(value)}")


def shown(value: object) -> str:
    """Return the beginning of a value, for messages."""
    return str(value)[:40]
