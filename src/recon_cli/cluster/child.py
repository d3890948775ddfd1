"""The process that computes for a worker: its threads, its folder and its limits are those of one command.

Neither PyTorch nor anything else that is heavy is imported before a task needs it.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..children import requests
from ..errors import ReconError
from ..files.limits import set_limit, set_memory
from ..files.temporary import mark_names
from .crossing import unpack


class Surroundings(NamedTuple):
    """What holds for all tasks of a command, wherever they run.

    Attributes:
        run: of the command, in names of its temporary files.
        folder: where its relative paths begin.
        max_values: see `limits`.
    """

    run: str
    folder: str
    max_values: int


class Share(NamedTuple):
    """What a worker has for a task.

    Attributes:
        threads: of its processor.
        memory: in bytes; None where it has no limit.
        gpu: the one that it computes on, as `CUDA_VISIBLE_DEVICES` names it; None where that is settled.
    """

    threads: int
    memory: int | None
    gpu: str | None = None


class Request(NamedTuple):
    """A task.

    Attributes:
        content: a function and a value, see `pack`.
        news: what it shares with others and this process does not know yet, by name.
    """

    content: bytes
    news: dict[str, bytes]


def main() -> None:
    """Do what is asked for; an answer is the number of its bytes in a line, and these."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    asked = requests()
    surroundings, share = next(asked)
    trouble = _settle(surroundings, share)
    known: dict[str, Any] = {}
    for request in asked:
        content = _answer(trouble, request, known)
        answers.write(b"%d\n" % len(content))
        answers.write(content)
        answers.flush()


def _settle(surroundings: Surroundings, share: Share) -> Exception | None:
    """Take over what holds for the command; returns why that failed, if it did."""
    set_limit(surroundings.max_values)
    set_memory(share.memory)
    mark_names(surroundings.run)
    try:
        os.chdir(surroundings.folder)
    except OSError as error:
        return ReconError(f"cannot use the folder {Path(surroundings.folder)}: {error.strerror}")
    return None


def _answer(trouble: Exception | None, request: Request, known: dict[str, Any]) -> bytes:
    """Return the results of a task, or the error that ended it, as bytes."""
    try:
        if trouble:
            raise trouble
        for name, content in request.news.items():
            known[name] = pickle.loads(content)
        asked: tuple[Callable[[Any], Iterator[Any]], Any] = unpack(request.content, known)
        function, value = asked
        done: object = list(function(value))
    except Exception as error:  # noqa: BLE001 - it is raised where the task was asked for
        done = error
    try:
        return pickle.dumps(done)
    except Exception as error:  # noqa: BLE001 - some errors of libraries cannot be sent
        return pickle.dumps(ReconError(f"unexpected {type(done).__name__}: {done or error}"))


if __name__ == "__main__":
    main()
