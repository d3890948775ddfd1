from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
from torch import Tensor

from recon_cli.engine.solvers.company import SolveTogether, in_company, side_by_side
from recon_cli.engine.solvers.conjugate_gradients import Map


class Halving:
    """The system 2 x = right; what was solved at once is written down."""

    solved: list[list[str]]

    def __init__(self, name: str, kind: str = "one") -> None:
        self.name, self.kind = name, kind

    def alone(self, right: Tensor, x: Tensor, pull: Map | None) -> Tensor:
        Halving.solved.append([self.name])
        return right / 2

    @classmethod
    def together(cls, systems: Sequence[Any]) -> SolveTogether:
        def solve(
            rights: Sequence[Tensor], xs: Sequence[Tensor], pulls: Sequence[Map | None]
        ) -> list[Tensor]:
            Halving.solved.append([system.name for system in systems])
            return [right / 2 for right in rights]

        return solve


@pytest.fixture(autouse=True)
def _nothing_solved() -> None:
    Halving.solved = []


def _work(name: str, times: int, kind: str = "one") -> Callable[[], float]:
    def work() -> float:
        system, x = Halving(name, kind), torch.tensor(float(times))
        for _ in range(times):
            x = in_company(system, x, x, None)
        return float(x)

    return work


def test_each_result_is_that_of_its_work_and_those_that_go_on_meet() -> None:
    assert side_by_side([_work("a", 1), _work("b", 3), _work("c", 2)]) == [0.5, 3 / 8, 0.5]
    assert Halving.solved == [["a", "b", "c"], ["b", "c"], ["b"]]


def test_systems_of_other_kinds_are_solved_apart() -> None:
    side_by_side([_work("a", 1), _work("b", 1, "other"), _work("c", 1)])
    assert Halving.solved == [["a", "c"], ["b"]]


def test_without_company_a_system_is_solved_alone() -> None:
    assert _work("a", 2)() == 0.5
    assert side_by_side([threading.get_ident]) == [threading.get_ident()]
    assert Halving.solved == [["a"], ["a"]]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_work_that_fails_ends_the_others(error: type[BaseException]) -> None:
    def fail() -> float:
        _work("a", 2)()
        raise error("no more")

    with pytest.raises(error, match="no more"):
        side_by_side([_work("b", 100), fail, _work("c", 100)])
    assert len(Halving.solved) < 10


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Heed Ctrl-C, which processes that a shell starts in the background ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interruption_ends_all_of_them() -> None:
    many = 10**6

    def interrupt() -> float:
        _thread.interrupt_main()
        return _work("a", many)()

    with pytest.raises(KeyboardInterrupt):
        side_by_side([interrupt, _work("b", many)])
    assert len(Halving.solved) < many


def test_an_interruption_before_all_have_begun_ends_those_that_have(monkeypatch: pytest.MonkeyPatch) -> None:
    submit = ThreadPoolExecutor.submit

    def interrupted(pool: ThreadPoolExecutor, member: Any, place: int, work: Any) -> Any:
        if place == 1:
            raise KeyboardInterrupt
        return submit(pool, member, place, work)

    monkeypatch.setattr(ThreadPoolExecutor, "submit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        side_by_side([_work("a", 3), _work("b", 3)])


def test_an_error_while_systems_are_solved_is_told() -> None:
    class Failing(Halving):
        @classmethod
        def together(cls, systems: Sequence[Any]) -> SolveTogether:
            raise RuntimeError("out of memory")

    def work() -> Tensor:
        return in_company(Failing("a"), torch.ones(1), torch.ones(1), None)

    with pytest.raises(RuntimeError, match="out of memory"):
        side_by_side([work, work])


def test_one_work_runs_at_a_time() -> None:
    running: list[int] = []

    def work() -> int:
        most = 0
        for _ in range(50):
            running.append(1)
            most = max(most, len(running))
            running.pop()
            in_company(Halving("a"), torch.ones(1), torch.ones(1), None)
        return most

    assert side_by_side([work] * 4) == [1] * 4
