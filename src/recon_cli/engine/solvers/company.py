"""Solvers of several images side by side: they meet at their systems, which are solved together.

On a GPU the many small operations of one system take as long as those of many. Everything else stays as it
is for an image alone: its strengths, its stop rule, its certificate. So each solver runs in a thread of its
own, as the code that it is, and only one at a time. Where it comes to a system it waits until all have come
to one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from torch import Tensor

from .conjugate_gradients import Map

R = TypeVar("R")
SolveTogether = Callable[[Sequence[Tensor], Sequence[Tensor], Sequence[Map | None]], list[Tensor]]
"""Takes right sides, first guesses and pulls of some systems, and returns their solutions."""
_SEAT: ContextVar[_Seat | None] = ContextVar("seat", default=None)
"""Of the solver that runs in this thread."""


class System(Protocol):
    """A linear system that comes again and again, with other right sides."""

    @property
    def kind(self) -> Hashable:
        """What systems have in common that are solved together."""

    def alone(self, right: Tensor, x: Tensor, pull: Map | None) -> Tensor:
        """Solve it for a right side, from a first guess on."""

    @classmethod
    def together(cls, systems: Sequence[Any]) -> SolveTogether:
        """Return what solves systems of one kind at once."""


def side_by_side(works: Sequence[Callable[[], R]]) -> list[R]:
    """Return the results of some works, whose solvers meet at their systems.

    Raises:
        Exception: of the first work that failed; the others end where they meet next.
    """
    if len(works) == 1:
        return [works[0]()]
    company = _Company(len(works))
    futures: list[Future[R]] = []
    with ThreadPoolExecutor(len(works)) as threads:
        try:
            for place, work in enumerate(works):
                futures.append(threads.submit(company.member, place, work))
            wait(futures)
        except BaseException:
            company.end()
            raise
    for error in [future.exception() for future in futures]:
        if error is not None and not isinstance(error, _EndedError):
            raise error
    return [future.result() for future in futures]


def in_company(system: System, right: Tensor, x: Tensor, pull: Map | None) -> Tensor:
    """Solve a system, together with those of solvers that run beside this one."""
    seat = _SEAT.get()
    if seat is None:
        return system.alone(right, x, pull)
    return seat.company.meet(_Asked(seat.place, system, right, x, pull))


class _EndedError(Exception):
    """Another work failed, or was interrupted."""


class _Seat(NamedTuple):
    """A solver's place in its company."""

    company: _Company
    place: int


@dataclass
class _Asked:
    """A system that a solver waits for."""

    place: int
    system: System
    right: Tensor
    x: Tensor
    pull: Map | None
    solution: Tensor | None = None


class _Company:
    """The solvers; the one that runs holds the lock.

    Attributes:
        is_ended: whether those that meet next have to end.
    """

    def __init__(self, members: int) -> None:
        self.is_ended = False
        self._turn = threading.Condition()
        self._members = members
        """How many have not ended, those included that have not begun."""
        self._asked: list[_Asked] = []
        self._joined: dict[Hashable, tuple[list[System], SolveTogether]] = {}
        """What solved those of a kind last; it is kept as long as they are the same."""

    def member(self, place: int, work: Callable[[], R]) -> R:
        """Do a work among the others, at a place in their order."""
        with self._turn:
            _SEAT.set(_Seat(self, place))
            try:
                return work()
            except BaseException:
                self.is_ended = True
                raise
            finally:
                self._members -= 1
                self._turn.notify_all()

    def end(self) -> None:
        """Let the members end where they meet next, those included that wait for one that never began."""
        self.is_ended = True
        with self._turn:
            self._turn.notify_all()

    def meet(self, asked: _Asked) -> Tensor:
        """Wait until every member has come to a system, and return the solution of this one."""
        self._asked.append(asked)
        while asked.solution is None:
            if self.is_ended:
                raise _EndedError
            if len(self._asked) == self._members:
                self._solve()
            else:
                self._turn.wait()
        return asked.solution

    def _solve(self) -> None:
        groups: dict[Hashable, list[_Asked]] = {}
        for asked in sorted(self._asked, key=lambda asked: asked.place):
            groups.setdefault(asked.system.kind, []).append(asked)
        self._asked, before, self._joined = [], self._joined, {}
        for kind, group in groups.items():
            if len(group) == 1:
                (one,) = group
                one.solution = one.system.alone(one.right, one.x, one.pull)
                continue
            systems = [each.system for each in group]
            known = before.get(kind)
            if known is None or [*map(id, known[0])] != [*map(id, systems)]:
                known = systems, systems[0].together(systems)
            self._joined[kind] = known
            rights, xs = [each.right for each in group], [each.x for each in group]
            solutions = known[1](rights, xs, [each.pull for each in group])
            for each, solution in zip(group, solutions, strict=True):
                each.solution = solution
        self._turn.notify_all()
