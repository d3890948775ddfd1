"""What happens to each of several files: it is read, solved, written and described.

Settings and tasks are values that can be sent to another process; who runs them is decided elsewhere.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, Self, TypeVar

if TYPE_CHECKING:
    from ..engine.result import Callback
    from ..priors.prior import Prior
    from ..reconstruction import Reconstruction
    from ..solver import Solver


class FilePart(str):
    """Words about a part of a file of many, and how far the file is with it.

    Attributes:
        noun: what a part is called.
        number: of the part, counted from 1.
        parts: how many there are.
        together: how many are solved side by side, this one the first; 0 of the others.
    """

    noun: str
    number: int
    parts: int
    together: int

    def __new__(cls, noun: str, number: int, parts: int, together: int = 1) -> Self:
        """Return the words, as `frame 3 of 12`; none where there is one part."""
        part = super().__new__(cls, f"{noun} {number} of {parts}" if parts > 1 else "")
        part.noun, part.number, part.parts, part.together = noun, number, parts, together
        return part


def shown_parts(count: int) -> list[int]:
    """Return which ones of several planes or frames a figure shows: the first, the middle and the last."""
    return sorted({0, count // 2, count - 1})


Follow = Callable[[str, "float | None"], "Callback"]
"""Takes words about a part of a file and the tolerance of the solver; gives the solver's callback."""
Rows = tuple[tuple[str, str], ...]
"""Names and values of a report."""


@dataclass(frozen=True)
class FileTask:
    """A file and where its results go.

    Attributes:
        source: the input; None is standard input.
        target: the result; None is standard output.
        reference: what the result should be, where that is known.
        figure: where the result is drawn, if it is.
        zero_filled: of k-space: where the zero-filled images go, if they are wanted.
        report: where the page about the result goes, if it is wanted.
    """

    source: Path | None
    target: Path | None
    reference: Path | None = None
    figure: Path | None = None
    zero_filled: Path | None = None
    report: Path | None = None

    @property
    def shown(self) -> bool:
        """Whether the result is shown, in a figure or a report."""
        return bool(self.figure or self.report)

    @property
    def name(self) -> str:
        """The input's name, for messages."""
        return str(self.source or "-")

    @property
    def outputs(self) -> tuple[Path, ...]:
        """Every file that is written."""
        return tuple(place for place in (self.target, self.figure, self.zero_filled, self.report) if place)

    @property
    def beside(self) -> tuple[tuple[str, str], ...]:
        """Rows that name what is written besides the result."""
        others = (("figure", self.figure), ("zero-filled", self.zero_filled), ("report", self.report))
        return tuple((name, str(place)) for name, place in others if place)


@dataclass(frozen=True)
class FileDescription:
    """What is told of a file besides how it was solved.

    Attributes:
        read: how its content was understood.
        rows: of the report, before those of the solver.
        fields: of the line of JSON, before those of the solver.
        score_rows: of the report, where there is a reference.
        scores: fields of the line of JSON, where there is a reference, `psnr` among them.
        iterations: in words, where the parts of a file took different numbers.
        unconverged: which parts did not converge, in words, where there are several.
    """

    read: str
    rows: Rows
    fields: Mapping[str, Any]
    score_rows: Rows = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    iterations: str = ""
    unconverged: str = ""


class LoadedFile(Protocol):
    """What was read of a file."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for the user."""


class SolvedFile(Protocol):
    """What was made of a file."""

    @property
    def result(self) -> Reconstruction:
        """The images, and how they came about."""


Loaded = TypeVar("Loaded", bound=LoadedFile)
Solved = TypeVar("Solved", bound=SolvedFile)


class FileWorkflow(ABC, Generic[Loaded, Solved]):
    """What a command does with each file: the settings that hold for all of them."""

    noun: ClassVar[str]
    """What a file is called where several are counted."""
    prior: Prior
    """What is assumed of the images."""
    solver: Solver
    """Mode, tolerance, limits and device."""

    @property
    def fixed_steps(self) -> int | None:
        """Number of iterations where no stop rule decides it."""
        return self.solver.fixed_steps if self.prior.name == "model" else None

    @abstractmethod
    def check(self) -> None:
        """Raise a ReconError where no file could be solved with these settings."""

    @abstractmethod
    def read(self, task: FileTask) -> Loaded:
        """Read a file and its reference, once it is clear that the results may be written.

        Raises:
            ReconError: when a file cannot be read or written, or does not suit.
        """

    @abstractmethod
    def solve(self, task: FileTask, loaded: Loaded, follow: Follow | None = None) -> Solved:
        """Reconstruct the images of a file.

        Args:
            task: what is asked.
            loaded: what `read` gave.
            follow: what is told before a part is solved.

        Raises:
            ReconError: as `reconstruct`, and when the memory is too small.
        """

    @abstractmethod
    def write(self, task: FileTask, solved: Solved) -> None:
        """Write the results, but for the figure, each whole or not at all.

        Raises:
            ReconError: when that fails.
        """

    @abstractmethod
    def describe(self, task: FileTask, solved: Solved) -> FileDescription:
        """Return what is told of a file besides how it was solved."""
