"""Deconvolution, inpainting, upscaling and tomography beside what users would take, a line a result.

    python benchmarks/inverse_problems.py [--images 8] [--methods model,crr,tv,others] [TASK ...]

Results go to benchmarks/inverse_problems.jsonl as they come, and a second run goes on from there;
table_inverse_problems.py makes the table of them. Six images of Set12 and two pictures of the task's own
field, 256 x 256, the same noise for all methods. Total variation has the weight that is best for each image,
by a golden search on the reference, and is solved until PSNR has settled; Richardson-Lucy and SIRT have their
best number of iterations, the filtered backprojection of scikit-image its best filter. Tomography has 60
angles and 1 % noise, and all is compared inside the disc that all angles see. Times are those of one core.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from inverse_scenes import FIELDS, SET12, Scene, read_scene

from recon_cli.priors import DictionaryPrior, RidgePrior, TotalVariationPrior
from recon_cli.reconstruction import reconstruct
from recon_cli.solver import Solver

ROWS = Path(__file__).with_suffix(".jsonl")
_GOLDEN, _SEARCHED, _TRIALS = (math.sqrt(5) - 1) / 2, (0.15, 4.0), 7
"""Of the search for the weight of total variation, relative to the usual one."""
_TV_ROUGH, _TV_SETTLED, _TV_MOST = 2.0, 0.5, 600
"""Grey levels from the minimum, of the search and of the result, and most iterations."""
_RIDGE_MOST = 60
"""Iterations of the ridge regulariser, whose rule asks for thousands after a blur; PSNR is within 0.01 dB."""


def solved(
    scene: Scene, prior: DictionaryPrior | RidgePrior | TotalVariationPrior, solver: Solver | None = None
) -> tuple[float, float, int]:
    """Return PSNR, seconds of a core and iterations of a prior."""
    began = time.process_time()
    found = reconstruct(scene.measurement, prior, solver or scene.solver)
    seconds = time.process_time() - began
    return scene.score(scene.picture(np.asarray(found.image))), seconds, found.iterations


def _total_variation(scene: Scene) -> dict[str, float]:
    """Return the result at the best weight."""
    usual = TotalVariationPrior().usual("denoise", scene.measurement.sigma, "settled").value
    tried: dict[float, float] = {}

    def at(factor: float, settled: float) -> tuple[float, float, int]:
        solver = Solver(settled=settled, max_iterations=_TV_MOST)
        return solved(scene, TotalVariationPrior(math.exp(factor) * usual), solver)

    def quality(factor: float) -> float:
        if factor not in tried:
            tried[factor] = at(factor, _TV_ROUGH)[0]
        return tried[factor]

    low, high = map(math.log, _SEARCHED)
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    while len(tried) < _TRIALS:
        if quality(left) > quality(right):
            high, right, left = right, left, right - _GOLDEN * (right - low)
        else:
            low, left, right = left, right, left + _GOLDEN * (high - left)
    best = max(tried, key=quality)
    score, seconds, iterations = at(best, _TV_SETTLED)
    return {"psnr": score, "seconds": seconds, "iterations": iterations, "factor": math.exp(best)}


def results(scene: Scene, wanted: list[str], known: set[str]) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield what each method that is not known yet achieves, by name."""
    ridge = Solver(max_iterations=_RIDGE_MOST)
    for name, prior, solver in (("model", DictionaryPrior(), None), ("crr", RidgePrior(), ridge)):
        if name in wanted and name not in known:
            score, seconds, iterations = solved(scene, prior, solver)
            yield name, {"psnr": score, "seconds": seconds, "iterations": iterations}
    if "tv" in wanted and "tv" not in known:
        yield "tv", _total_variation(scene)
    for name, call in scene.others() if "others" in wanted else ():
        if name not in known:
            began = time.process_time()
            pictures = call()
            seconds = (time.process_time() - began) / len(pictures)
            yield name, {"psnr": max(map(scene.score, pictures)), "seconds": seconds}


def main() -> None:
    """Add a line for each task, image and method that the file of results lacks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", default=list(FIELDS))
    parser.add_argument("--images", type=int, default=len(SET12) + 2)
    parser.add_argument("--methods", default="model,crr,tv,others")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    lines = ROWS.read_text().splitlines() if ROWS.exists() else []
    known = [json.loads(line) for line in lines]
    for number in range(asked.images):
        for task in asked.tasks:
            own = FIELDS[task]
            image = SET12[number - 2] if number >= len(own) else own[number]
            have = {row["method"] for row in known if (row["task"], row["image"]) == (task, image)}
            for method, row in results(read_scene(task, image), asked.methods.split(","), have):
                rounded = {name: float(f"{value:.5g}") for name, value in row.items()}
                line = json.dumps({"task": task, "image": image, "method": method} | rounded)
                with ROWS.open("a") as file:
                    file.write(line + "\n")
                print(line, flush=True)


if __name__ == "__main__":
    main()
