"""Chains of evaluations in this process or in several ones, in the same order with the same results."""

from __future__ import annotations

import os
import pickle
import queue
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Self

import torch

from ...children import ask, requests, start_child
from ...errors import ReconError
from ...models.tuned import Tuned
from .evaluation import Evaluation, Subject, evaluate_chain

if TYPE_CHECKING:
    import subprocess


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
        self._children: list[subprocess.Popen[bytes]] = []
        self._free: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(jobs)
        """Each waits for a process."""
        if jobs > 1:
            first = (subject, max(1, torch.get_num_threads() // jobs))
            self._children = [start_child(__name__) for _ in range(jobs)]
            for child in self._children:
                self._threads.submit(self._introduce, child, first)

    def run(self, chains: Sequence[Sequence[Tuned]], best: Evaluation | None) -> Iterator[Evaluation]:
        """Evaluate chains, each with what was the best before all of them.

        Yields:
            The evaluations in the order of the chains.

        Raises:
            ReconError: when a process was killed.
        """
        if not self._children:
            for chain in chains:
                yield from evaluate_chain(self._subject, chain, best)
            return
        try:
            for future in [self._threads.submit(self._run, tuple(chain), best) for chain in chains]:
                yield from future.result()
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise ReconError("a process of the search was killed; try again with fewer --jobs") from error

    def _introduce(self, child: subprocess.Popen[bytes], first: tuple[Subject, int]) -> None:
        try:
            ask(child, first)
        finally:
            self._free.put(child)  # one that has ended, too: it is told when its chain is asked for

    def _run(self, chain: tuple[Tuned, ...], best: Evaluation | None) -> list[Evaluation]:
        child = self._free.get()
        assert child.stdout is not None
        try:
            ask(child, (chain, best))
            answer = pickle.load(child.stdout)
        finally:
            self._free.put(child)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in self._children:
            child.kill()  # nothing of it is wanted any more, and it writes no files
        self._threads.shutdown()
        for child in self._children:
            child.communicate()


def main() -> None:
    """Evaluate the chains that are asked for, in a process of its own."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    asked = requests()
    subject, threads = next(asked)
    torch.set_num_threads(threads)
    for chain, best in asked:
        try:
            answer: object = list(evaluate_chain(subject, chain, best))
        except Exception as error:  # noqa: BLE001 - it is raised where the chain was asked for
            answer = error
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    main()
