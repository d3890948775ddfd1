from __future__ import annotations

import multiprocessing

import torch

from recon_cli.models.tuned import Tuned
from recon_cli.workflows.tune import parallel
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


def test_a_process_ends_its_chain_early_when_the_search_is_over() -> None:
    """Else a stopped search would go on computing for as long as a chain of a large grid takes."""
    stop = multiprocessing.get_context("spawn").Event()
    parallel._begin(denoising(), torch.get_num_threads(), stop)
    assert len(parallel._run(CHAIN, None)) == 3
    stop.set()
    assert len(parallel._run(CHAIN, None)) == 1
