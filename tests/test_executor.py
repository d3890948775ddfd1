from __future__ import annotations

import itertools
import os
import signal
from functools import partial

import pytest

from recon_cli.errors import ReconError
from recon_cli.executor import Executor
from recon_cli.models.tuned import Tuned
from recon_cli.workflows.tune.evaluation import Evaluation, evaluate_chain

from .workflows.tune.objectives import denoising

CHAIN = (Tuned(0.4, 6e-4), Tuned(0.4, 4.2e-4), Tuned(0.4, 3e-4))


def _evaluations(executor: Executor, chains: list[tuple[Tuned, ...]]) -> list[Evaluation]:
    return list(executor.run(partial(evaluate_chain, objective=denoising(), best=None), chains))


@pytest.mark.slow
def test_results_come_in_the_order_of_the_values() -> None:
    with Executor(2) as executor:
        assert list(executor.run(range, [3, 0, 50_000, 2])) == [0, 1, 2, *range(50_000), 0, 1]
    assert list(Executor().run(range, [3, 2])) == [0, 1, 2, 0, 1]


def test_in_this_process_results_are_taken_one_by_one() -> None:
    results = Executor().run(itertools.count, [5])
    assert [next(results), next(results)] == [5, 6]


@pytest.mark.slow
def test_processes_give_what_this_process_gives() -> None:
    chains = [CHAIN, CHAIN[1:]]
    with Executor(2) as executor:
        several = _evaluations(executor, chains)
    alone = _evaluations(Executor(), chains)
    assert [e.strengths for e in several] == [e.strengths for e in alone]
    assert max(abs(a.value - b.value) for a, b in zip(several, alone, strict=True)) < 1e-4


@pytest.mark.slow
def test_processes_end_at_once_when_nothing_of_them_is_wanted_any_more() -> None:
    """Else a stopped search would go on computing for as long as a chain of a large grid takes."""
    with Executor(2) as executor:
        run = partial(evaluate_chain, objective=denoising(), best=None)
        next(executor.run(run, [CHAIN, CHAIN * 10_000, CHAIN * 10_000]))
        children = list(executor._children)
    assert all(child.returncode == -signal.SIGKILL for child in children)


def test_a_process_that_was_killed_is_told() -> None:
    with Executor(2) as executor:
        for child in executor._children:
            os.kill(child.pid, signal.SIGKILL)
        with pytest.raises(ReconError, match="was killed; try again with fewer --jobs"):
            list(executor.run(range, [3]))


@pytest.mark.slow
def test_an_error_of_a_process_is_raised_here() -> None:
    with Executor(2) as executor, pytest.raises(TypeError, match="'str' object"):
        list(executor.run(range, ["no number"]))  # type: ignore[list-item]


def test_less_than_one_process_is_refused() -> None:
    with pytest.raises(ReconError, match="--jobs has to be at least 1, and is 0"):
        Executor(0)
