"""Outcomes as lines of JSON."""

from __future__ import annotations

import json
import math
import sys
from typing import Any


def json_line(fields: dict[str, Any]) -> str:
    """Return values as a line of JSON; numbers that are not finite are null."""
    return json.dumps(finite(fields))


def peak_memory() -> float | None:
    """Return the largest memory of the whole process so far in MiB, where the system counts it."""
    try:
        import resource
    except ImportError:  # Windows has no such count
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


def finite(value: Any) -> Any:
    """Return a value with None in place of numbers that are not finite, which JSON does not know."""
    if isinstance(value, dict):
        return {name: finite(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
