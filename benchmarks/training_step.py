"""What a training step costs, and where the time goes.

    python benchmarks/training_step.py [--sigma 25] [--steps 20]

Steps of 4 crops of 64 x 64 pixels with the bundled dictionary of the noise level, after a warm-up.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import torch
from baseline import SHARED

from recon_cli.engine import unrolled
from recon_cli.engine.implicit import SparseLayer
from recon_cli.engine.sparse_coding import ExactCoder
from recon_cli.files.folders import read_folder
from recon_cli.models.registry import find_dictionary
from recon_cli.workflows.training import trainer as module
from recon_cli.workflows.training.configuration import TrainingConfiguration
from recon_cli.workflows.training.crops import pyramid
from recon_cli.workflows.training.team import Team


def main() -> None:
    """Time steps and their parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sigma", type=float, default=25)
    parser.add_argument("--steps", type=int, default=20)
    arguments = parser.parse_args()
    configuration = TrainingConfiguration(sigma=arguments.sigma, train_steps=1000)
    images, _ = read_folder(SHARED / "data" / "bsd400", configuration.crop_size)
    levels = pyramid(images, configuration.scales, configuration.crop_size)
    start = find_dictionary(None, arguments.sigma)
    trainer = module.Trainer(configuration, levels, start, "", Team(0, 1, "cpu"))
    for _ in range(3):
        trainer.advance()
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
        patch.object(ExactCoder, "advance", timed("sparse coding", ExactCoder.advance)),
        patch.object(SparseLayer, "backward", timed("implicit gradient", SparseLayer.backward)),
        patch.object(unrolled, "conjugate_gradients", timed("image steps", unrolled.conjugate_gradients)),
        patch.object(module, "random_crops", timed("crops", module.random_crops)),
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
