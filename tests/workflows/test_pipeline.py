from __future__ import annotations

import signal
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import pytest

from recon_cli.interruptions import Interruption, interruptible
from recon_cli.workflows.pipeline import Pipeline


def _run(
    items: Sequence[int],
    read: Callable[[int], Any],
    solve: Callable[[int, Any], Any],
    write: Callable[[int, Any], None] = lambda *_: None,
) -> Iterator[tuple[int, Any]]:
    with Pipeline(read, write) as pipeline:
        for item, reading in pipeline.coming(items):
            try:
                solved = solve(item, reading.result())
            except Exception as error:  # noqa: BLE001 - it comes out
                solved = error
            yield from pipeline.going(item, solved)
        yield from pipeline.gone()


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

    outcomes = [(item, str(outcome)) for item, outcome in _run(range(6), read, solve, write)]
    assert outcomes == [
        (0, "1"), (1, "11"), (2, "cannot read 2"), (3, "cannot solve 3"), (4, "cannot write 4"), (5, "51"),
    ]  # fmt: skip
    assert written == [1, 11, 51]
    assert list(_run([], read, solve, write)) == []


def test_the_next_is_read_while_one_is_solved() -> None:
    second = threading.Event()

    def read(item: int) -> int:
        if item == 1:
            second.set()
        return item

    def solve(item: int, _: int) -> bool:
        return second.wait(10)

    assert all(outcome is True for _, outcome in _run(range(2), read, solve))


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

    for _ in _run(range(9), read, solve):
        pass
    assert most <= 4


def test_an_interruption_ends_it() -> None:
    def solve(*_: int) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(_run(range(3), lambda item: item, solve))


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
        list(_run(range(3), lambda item: item, solve))
    assert end.value.args == (signal.SIGTERM,)
    assert solved == [0]
    assert list(_run(range(2), lambda item: item, lambda item, _: item))
