"""How near the default strengths and tolerances of inverse problems come to the best ones.

    python benchmarks/inverse_defaults.py [--factors 0.5 0.7 1 1.4 2] [--tolerances 0.5 1 2] [TASK ...]

The noise level whose strengths are taken is a multiple of the default one, and the tolerance of the mode
`settled` a multiple of the usual one. Results go to benchmarks/inverse_defaults.jsonl as they come, and a
second run goes on from there.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import torch
from inverse_problems import solved
from inverse_scenes import FIELDS, read_scene

from recon_cli.priors import DictionaryPrior

ROWS = Path(__file__).with_suffix(".jsonl")
PHOTOGRAPHS = ["astronaut", "coffee", "chelsea", "rocket", "coins", "retina"]
"""Of scikit-image; the table's own pictures decide nothing."""


def main() -> None:
    """Add a line for each task, image, factor and tolerance that the file of results lacks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", default=list(FIELDS))
    parser.add_argument("--images", nargs="+", default=PHOTOGRAPHS)
    parser.add_argument("--factors", nargs="+", type=float, default=[1.0, 0.5, 0.7, 1.4, 2.0])
    parser.add_argument("--tolerances", nargs="*", type=float, default=[0.25, 2.0])
    asked = parser.parse_args()
    torch.set_num_threads(1)
    known = [json.loads(line) for line in ROWS.read_text().splitlines()] if ROWS.exists() else []
    trials = [(factor, 1.0) for factor in asked.factors] + [(1.0, share) for share in asked.tolerances]
    for image in asked.images:
        for task in asked.tasks:
            for factor, share in trials:
                key = {"task": task, "image": image, "factor": factor, "tolerance": share}
                if any(key.items() <= row.items() for row in known):
                    continue
                scene = read_scene(task, image, lambda usual, factor=factor: factor * usual)  # type: ignore[misc]
                tolerance = share * (scene.solver.settled or 0)
                score, seconds, iterations = solved(
                    scene, DictionaryPrior(), replace(scene.solver, tolerance=tolerance)
                )
                row = key | {"psnr": round(score, 3), "seconds": round(seconds, 2), "iterations": iterations}
                with ROWS.open("a") as file:
                    file.write(json.dumps(row) + "\n")
                print(row, flush=True)


if __name__ == "__main__":
    main()
