"""Chains of evaluations in this process or in several ones, in the same order with the same results."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.synchronize import Event
from types import TracebackType
from typing import Self

import torch

from ...errors import ReconError
from ...models.tuned import Tuned
from .evaluation import Evaluation, Subject, evaluate_chain

_subject: Subject | None = None
_stop: Event | None = None
"""Of a worker process."""


class Workers:
    """Evaluates chains.

    A chain is never shared by processes and begins without an earlier result, so it does not matter how
    many there are, but for the rounding of sums that several threads share.
    """

    def __init__(self, subject: Subject, jobs: int) -> None:
        """Start the processes.

        Args:
            subject: what is evaluated.
            jobs: number of processes; 1 takes this one.

        Raises:
            ReconError: when there is less than one.
        """
        if jobs < 1:
            raise ReconError(f"--jobs has to be at least 1, and is {jobs}", 2)
        self._subject = subject
        self._pool = None
        if jobs > 1:
            threads = max(1, torch.get_num_threads() // jobs)
            context = multiprocessing.get_context("spawn")
            self._stop = context.Event()
            self._pool = ProcessPoolExecutor(jobs, context, _begin, (subject, threads, self._stop))

    def run(self, chains: Sequence[Sequence[Tuned]], best: Evaluation | None) -> Iterator[Evaluation]:
        """Evaluate chains, each with what was the best before all of them.

        Yields:
            The evaluations in the order of the chains.

        Raises:
            ReconError: when a process was killed.
        """
        if self._pool is None:
            for chain in chains:
                yield from evaluate_chain(self._subject, chain, best)
            return
        try:
            for future in [self._pool.submit(_run, tuple(chain), best) for chain in chains]:
                yield from future.result()
        except BrokenProcessPool as error:
            raise ReconError("a process of the search was killed; try again with fewer --jobs") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._stop.set()
            self._pool.shutdown(cancel_futures=True)


def _begin(subject: Subject, threads: int, stop: Event) -> None:
    global _subject, _stop
    torch.set_num_threads(threads)
    _subject, _stop = subject, stop


def _run(chain: tuple[Tuned, ...], best: Evaluation | None) -> list[Evaluation]:
    """Evaluate a chain, to its end unless nobody waits for it any more."""
    assert _subject is not None
    assert _stop is not None
    parent = multiprocessing.parent_process()
    evaluations = []
    for evaluation in evaluate_chain(_subject, chain, best):
        evaluations.append(evaluation)
        if _stop.is_set() or (parent and not parent.is_alive()):
            break
    return evaluations
