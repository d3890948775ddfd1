"""What a solver reports on its way, kept for the page about its result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..engine.result import Callback, Status
    from ..workflows.file_workflow import Follow

_MOST_PARTS = 50
"""Of a file, as planes and tiles, whose way is kept."""


class Step(NamedTuple):
    """The state of a solver after an iteration where it was evaluated, see `Status`; its image is not kept.

    Attributes:
        iteration: counted from 1.
        gap: certified, None where it was not computed.
        change: what the stop rule looks at, None where it looks at the gap.
    """

    iteration: int
    gap: float | None
    change: float | None


@dataclass
class SolverRecord:
    """The steps of each part of a file.

    Attributes:
        parts: steps by the words about a part.
    """

    parts: dict[str, list[Step]] = field(default_factory=dict)

    def around(self, follow: Follow) -> Follow:
        """Return what keeps the steps, and tells them on."""

        def begin(words: str, tolerance: float | None) -> Callback:
            tell = follow(words, tolerance)
            steps: list[Step] = []
            if len(self.parts) < _MOST_PARTS:
                self.parts.setdefault(words, steps)

            def show(status: Status) -> None:
                if status.is_evaluated:
                    steps.append(Step(status.iteration, status.gap, status.change))
                tell(status)

            return show

        return begin
