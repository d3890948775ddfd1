"""How long a search may take."""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass, field

from ...errors import ReconError


@dataclass(frozen=True)
class Budget:
    """A limit.

    Attributes:
        evaluations: most evaluations, those of an earlier run included.
        seconds: most wall-clock time of this run.
    """

    evaluations: float = math.inf
    seconds: float = math.inf
    _started: float = field(default_factory=time.monotonic)

    def left(self, done: int) -> float:
        """Return how many more evaluations may begin after so many."""
        return 0 if time.monotonic() - self._started >= self.seconds else self.evaluations - done


def parse_budget(text: str | None) -> Budget:
    """Read a number of evaluations, as `30`, or a time, as `10min`.

    Raises:
        ReconError: when it is neither, or not positive.
    """
    if text is None:
        return Budget()
    match = re.fullmatch(r"\s*(\d+(?:\.\d*)?)\s*(min)?\s*", text)
    value = float(match[1]) if match else 0.0
    if not match or value <= 0 or (not match[2] and value != int(value)):
        raise ReconError(f"--budget has to be evaluations, as 30, or a time, as 10min, and is {text}", 2)
    return Budget(seconds=60 * value) if match[2] else Budget(evaluations=int(value))
