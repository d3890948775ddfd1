"""What a training step costs, and where the time goes.

    python benchmarks/training_step.py [--sigma 25] [--steps 20] [--dense]

Steps of 4 crops of 64 x 64 pixels with the bundled dictionary of the noise level, after a warm-up. With
--dense a step whose implicit gradient solves a dense system for every patch is timed beside each one.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import patch

import torch
from baseline import SHARED
from torch import Tensor

from recon_cli.engine.learning import implicit, unrolled
from recon_cli.engine.learning.implicit import SparseLayer
from recon_cli.engine.solvers.code_sweep import NativeCodeSweep
from recon_cli.files.named import read_folder
from recon_cli.models.registry import find_dictionary
from recon_cli.workflows.training import batches
from recon_cli.workflows.training import trainer as module
from recon_cli.workflows.training.configuration import DictionaryConfiguration
from recon_cli.workflows.training.crops import pyramid
from recon_cli.workflows.training.subjects import subject_of
from recon_cli.workflows.training.team import Team


def dense_solve(
    gram: Tensor, support: Tensor, right: Tensor, eps: float, tolerance: float, limit: int = 0
) -> Tensor:
    """Do what `masked_solve` does by a dense system for each patch."""
    del tolerance, limit
    parts = []
    for on, b in zip(support.T.split(256), right.T.split(256), strict=True):
        systems = on[:, :, None] * gram * on[:, None] + torch.diag_embed(eps * on + 1 - on)
        parts.append(torch.linalg.solve(systems, on * b))
    return torch.cat(parts).T


def compare(trainer: module.Trainer, steps: int) -> None:
    """Print the ratio of steps with dense systems to steps as they are, alternately."""

    def seconds() -> float:
        started = time.perf_counter()
        trainer.advance()
        return time.perf_counter() - started

    pairs = []
    for _ in range(steps):
        fast = seconds()
        with patch.object(implicit, "masked_solve", dense_solve):
            pairs.append((seconds(), fast))
    ratios = [slow / fast for slow, fast in pairs]
    slow, fast = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{slow:.2f} s with dense systems, {fast:.2f} s: {statistics.median(ratios):.1f} times "
          f"({min(ratios):.1f} to {max(ratios):.1f})")  # fmt: skip


def main() -> None:
    """Time steps and their parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sigma", type=float, default=25)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--dense", action="store_true")
    arguments = parser.parse_args()
    configuration = DictionaryConfiguration(sigma=arguments.sigma, train_steps=1000)
    images, _ = read_folder(SHARED / "data" / "bsd400", configuration.crop_size)
    levels = pyramid(images, configuration.scales, configuration.crop_size)
    start = find_dictionary(f"sigma{arguments.sigma:g}-mean-free", arguments.sigma)
    trainer = module.Trainer(
        configuration, levels, partial(subject_of, configuration, start), "", Team(0, 1, "cpu")
    )
    for _ in range(3):
        trainer.advance()
    if arguments.dense:
        compare(trainer, arguments.steps)
        return
    spent: dict[str, float] = defaultdict(float)

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            result = function(*given, **named)
            spent[name] += time.perf_counter() - started
            return result

        return call

    steps = []
    with (
        patch.object(NativeCodeSweep, "__call__", timed("sparse coding", NativeCodeSweep.__call__)),
        patch.object(SparseLayer, "backward", timed("implicit gradient", SparseLayer.backward)),
        patch.object(unrolled, "conjugate_gradients", timed("image steps", unrolled.conjugate_gradients)),
        patch.object(batches, "random_crops", timed("crops", batches.random_crops)),
    ):
        for _ in range(arguments.steps):
            started = time.perf_counter()
            trainer.advance()
            steps.append(time.perf_counter() - started)
    total = sum(steps)
    print(f"{torch.get_num_threads()} threads, {statistics.median(steps):.3f} s a step (median)")
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"  {name}: {100 * seconds / total:.0f} %")
    print(f"  rest: {100 * (1 - sum(spent.values()) / total):.0f} %")


if __name__ == "__main__":
    main()
