from __future__ import annotations

import signal
import threading
import weakref
from contextlib import suppress

import pytest

from recon_cli.interruptions import Interruption, interruptible
from recon_cli.workflows.pipeline import run_pipeline


class _Big:
    """Something whose life can be followed."""


def test_every_item_comes_out_in_order_with_its_outcome() -> None:
    written = []

    def read(item: int) -> int:
        if item == 2:
            raise ValueError("cannot read 2")
        return 10 * item

    def solve(item: int, loaded: int) -> int:
        if item == 3:
            raise ValueError("cannot solve 3")
        return loaded + 1

    def write(item: int, solved: int) -> None:
        if item == 4:
            raise ValueError("cannot write 4")
        written.append(solved)

    outcomes = [(item, str(outcome)) for item, outcome in run_pipeline(range(6), read, solve, write)]
    assert outcomes == [
        (0, "1"), (1, "11"), (2, "cannot read 2"), (3, "cannot solve 3"), (4, "cannot write 4"), (5, "51"),
    ]  # fmt: skip
    assert written == [1, 11, 51]
    assert list(run_pipeline([], read, solve, write)) == []


def test_the_next_is_read_while_one_is_solved() -> None:
    second = threading.Event()

    def read(item: int) -> int:
        if item == 1:
            second.set()
        return item

    def solve(item: int, _: int) -> bool:
        return second.wait(10)

    assert all(outcome is True for _, outcome in run_pipeline(range(2), read, solve, lambda *_: None))


def test_few_items_are_in_memory() -> None:
    alive: weakref.WeakSet[_Big] = weakref.WeakSet()
    most = 0

    def read(_: int) -> _Big:
        alive.add(big := _Big())
        return big

    def solve(_: int, loaded: _Big) -> _Big:
        nonlocal most
        most = max(most, len(alive))
        return loaded

    for _ in run_pipeline(range(9), read, solve, lambda *_: None):
        pass
    assert most <= 4


def test_an_interruption_ends_it() -> None:
    def solve(*_: int) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(run_pipeline(range(3), lambda item: item, solve, lambda *_: None))


@pytest.mark.parametrize("another", [True, False])
def test_a_signal_ends_the_run_whatever_a_library_makes_of_it(another: bool) -> None:
    """An error of another kind, which looks like one of the item, or nothing."""
    solved = []

    def solve(item: int, _: int) -> int:
        solved.append(item)
        with suppress(Interruption):
            signal.raise_signal(signal.SIGTERM)
        if another:
            raise ValueError("no sequence")
        return item

    with pytest.raises(Interruption) as end, interruptible():
        list(run_pipeline(range(3), lambda item: item, solve, lambda *_: None))
    assert end.value.args == (signal.SIGTERM,)
    assert solved == [0]
    assert list(run_pipeline(range(2), lambda item: item, lambda item, _: item, lambda *_: None))
