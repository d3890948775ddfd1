"""Many inputs one after the other, while the next one is read and the last one written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from ..files.elsewhere import staying_here
from ..interruptions import end_where_interrupted

Item = TypeVar("Item")
Loaded = TypeVar("Loaded")
Solved = TypeVar("Solved")


class Pipeline(Generic[Item, Loaded, Solved]):
    """Reads the next item and writes the last one in other threads, while this one solves one.

    Of the items that were read and not yet written there are three at most, however many there are.

    Example:
        with Pipeline(read, write) as pipeline:
            for item, loaded in pipeline.coming(items):
                for written, outcome in pipeline.going(item, solve(loaded.result())): ...
            for written, outcome in pipeline.gone(): ...
    """

    def __init__(self, read: Callable[[Item], Loaded], write: Callable[[Item, Solved], None]) -> None:
        """Take what is called in the other threads."""
        self._read, self._write = read, write
        self._reader, self._writer = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._last: list[tuple[Item, Future[Solved]]] = []

    def __enter__(self) -> Pipeline[Item, Loaded, Solved]:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for what is read and written."""
        self._writer.shutdown()
        self._reader.shutdown()

    def coming(self, items: Sequence[Item]) -> Iterator[tuple[Item, Future[Loaded]]]:
        """Yield each item in its order with what was read of it, while the following one is read.

        Raises:
            Interruption: when a signal came, whatever a library made of it.
        """
        reading = [self._reader.submit(self._get, item) for item in items[:1]]
        for index, item in enumerate(items):
            end_where_interrupted()
            reading += [self._reader.submit(self._get, after) for after in items[index + 1 : index + 2]]
            yield item, reading.pop(0)

    def going(self, item: Item, solved: Solved | Exception) -> Iterator[tuple[Item, Solved | Exception]]:
        """Let an item be written, and yield the one before, once it is, with the error that ended it if any.

        Args:
            item: which.
            solved: what is written, or the error that ended it.

        Raises:
            Interruption: when a signal was the reason.
        """
        future: Future[Solved] = Future()
        if isinstance(solved, Exception):
            end_where_interrupted(solved)
            future.set_exception(solved)
        else:
            future = self._writer.submit(self._put, item, solved)
        yield from self.gone()
        self._last = [(item, future)]

    def gone(self) -> Iterator[tuple[Item, Solved | Exception]]:
        """Yield the last item, once it is written."""
        last, self._last = self._last, []
        yield from map(_outcome, last)

    def _get(self, item: Item) -> Loaded:
        with staying_here():
            return self._read(item)

    def _put(self, item: Item, solved: Solved) -> Solved:
        with staying_here():
            self._write(item, solved)
        return solved


def _outcome(going: tuple[Item, Future[Solved]]) -> tuple[Item, Solved | Exception]:
    item, future = going
    error = future.exception()
    if error is None:
        return item, future.result()
    if isinstance(error, Exception):
        return item, error
    raise error
