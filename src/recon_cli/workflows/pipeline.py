"""Many inputs one after the other, while the next one is read and the last one written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from ..files.elsewhere import staying_here
from ..interruptions import end_where_interrupted

Item = TypeVar("Item")
Loaded = TypeVar("Loaded")
Solved = TypeVar("Solved")


def run_pipeline(
    items: Sequence[Item],
    read: Callable[[Item], Loaded],
    solve: Callable[[Item, Loaded], Solved],
    write: Callable[[Item, Solved], None],
) -> Iterator[tuple[Item, Solved | Exception]]:
    """Read, solve and write each item.

    Of the items that were read and not yet written there are three at most, however many there are.

    Args:
        items: what is worked on.
        read: called in another thread.
        solve: called in this thread.
        write: called in another thread.

    Yields:
        Each item in its order, once it is written, with what `solve` gave or the error that ended it.

    Raises:
        Interruption: when a signal came, whatever a library made of it.
    """
    with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as writer:

        def get(item: Item) -> Loaded:
            with staying_here():
                return read(item)

        def put(item: Item, solved: Solved) -> Solved:
            with staying_here():
                write(item, solved)
            return solved

        coming = [reader.submit(get, item) for item in items[:1]]
        going: list[tuple[Item, Future[Solved]]] = []
        for index, item in enumerate(items):
            end_where_interrupted()
            reading = coming.pop()
            coming = [reader.submit(get, following) for following in items[index + 1 : index + 2]]
            future: Future[Solved]
            try:
                future = writer.submit(put, item, solve(item, reading.result()))
            except Exception as error:  # noqa: BLE001 - the caller gets it
                end_where_interrupted(error)
                future = Future()
                future.set_exception(error)
            del reading
            yield from map(_outcome, going)
            going = [(item, future)]
        yield from map(_outcome, going)


def _outcome(going: tuple[Item, Future[Solved]]) -> tuple[Item, Solved | Exception]:
    item, future = going
    error = future.exception()
    if error is None:
        return item, future.result()
    if isinstance(error, Exception):
        return item, error
    raise error
