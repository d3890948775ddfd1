"""What a process that reads a file for this one sends back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True)
class Content:
    """What a file holds.

    Attributes:
        arrays: by name, without Python objects.
        facts: plain JSON values.
    """

    arrays: dict[str, NDArray[Any]]
    facts: dict[str, Any] = field(default_factory=dict)
