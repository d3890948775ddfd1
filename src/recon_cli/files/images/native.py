"""What stands beside the values in a file that a library reads, and that its writer puts back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Native:
    """What a format's own writer puts back.

    Attributes:
        facts: plain JSON values.
        parts: bytes of the file.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)
