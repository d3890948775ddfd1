from __future__ import annotations

import os
import signal

import pytest

from recon_cli.errors import ReconError
from recon_cli.models.tuned import Tuned
from recon_cli.workflows.tune.evaluation import evaluate_chain
from recon_cli.workflows.tune.parallel import Workers

from .subjects import denoising

CHAIN = (Tuned(0.4, 6e-4), Tuned(0.4, 4.2e-4), Tuned(0.4, 3e-4))


def test_processes_give_what_this_process_gives() -> None:
    chains = [CHAIN, CHAIN[1:]]
    with Workers(denoising(), 2) as workers:
        several = list(workers.run(chains, None))
    alone = [evaluation for chain in chains for evaluation in evaluate_chain(denoising(), chain, None)]
    assert [e.parameters for e in several] == [e.parameters for e in alone]
    assert max(abs(a.value - b.value) for a, b in zip(several, alone, strict=True)) < 1e-4


def test_processes_end_at_once_when_the_search_is_over() -> None:
    """Else a stopped search would go on computing for as long as a chain of a large grid takes."""
    with Workers(denoising(), 2) as workers:
        next(workers.run([CHAIN, CHAIN * 10_000, CHAIN * 10_000], None))
        children = list(workers._children)
    assert all(child.returncode == -signal.SIGKILL for child in children)


def test_a_process_that_was_killed_is_told() -> None:
    with Workers(denoising(), 2) as workers:
        for child in workers._children:
            os.kill(child.pid, signal.SIGKILL)
        with pytest.raises(ReconError, match="was killed; try again with fewer --jobs"):
            list(workers.run([CHAIN], None))


def test_an_error_of_a_process_is_raised_here() -> None:
    with (
        Workers(denoising(), 2) as workers,
        pytest.raises(Exception, match=r"'str' object has no attribute|beta"),
    ):
        list(workers.run([["no parameters"]], None))  # type: ignore[list-item]
