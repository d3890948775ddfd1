"""Time and memory of `full`, `unrolled` and `early-stop` against the paper's algorithms, in one run.

    python benchmarks/speed.py [--repeat 3]

A 256 x 256 image at sigma 25, the paper's border, the authors' dictionary; each method runs in a process
of its own, alternately. `full` (beta 0.3, lam 4e-4) is timed until it reaches the final J of the baseline,
iPALM stopped by the paper's rule; `unrolled` (beta 2, lam 7.5e-3) is 2 sweeps, `early-stop` the first 5.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import statistics
import subprocess
import sys
import time
from typing import Any

import numpy as np
import torch
from baseline import SHARED, load_baseline

from recon_cli.engine.priors.dictionary.problem import PatchProblem
from recon_cli.engine.result import Status
from recon_cli.engine.solvers.coordinate_descent import coordinate_descent
from recon_cli.engine.solvers.joint_admm import joint_admm
from recon_cli.files.images import read_image
from recon_cli.workflows.tune.denoising import noisy_images

CASES = {"full": (0.3, 4e-4), "unrolled": (2.0, 7.5e-3), "early-stop": (2.0, 7.5e-3)}
SWEEPS = {"unrolled": 2, "early-stop": 5}


class _Reached(Exception):  # noqa: N818
    """The solver is at the goal."""


def _data() -> tuple[torch.Tensor, torch.Tensor]:
    clean = read_image(SHARED / "data" / "set12" / "01.png")
    noise = np.random.default_rng(25001).standard_normal(clean.shape)
    noisy = torch.from_numpy((clean + 25 / 255 * noise).astype(np.float32))
    raw = torch.from_numpy(np.load(SHARED / "baseline" / "atoms_sigma25_classical.npy"))
    return noisy, load_baseline().normalise(raw)


def _baseline(case: str) -> float:
    noisy, atoms = _data()
    paper = load_baseline()
    problem = paper.PatchProblem(atoms, *CASES[case], noisy[None, None])
    if case == "full":
        return problem.objective(*paper.ipalm(problem)[:2])
    return problem.objective(*paper.coordinate_descent(problem, steps=SWEEPS[case])[:2])


def _problem(case: str) -> PatchProblem:
    noisy, atoms = _data()
    return PatchProblem.create(noisy_images(noisy[None].numpy(), 25), atoms.T.contiguous(), *CASES[case])


def solve_to(goal: float) -> float:
    """Seek the minimum of `full` and stop at the first check at or below the goal; return J."""
    value = float("nan")

    def check(status: Status) -> None:
        nonlocal value
        if status.objective is None:
            return
        value = status.objective
        if value <= goal:
            raise _Reached

    with contextlib.suppress(_Reached):
        joint_admm(_problem("full"), tolerance=1e-6, callback=check)
    return value


def solve_sweeps(case: str) -> float:
    """Do the sweeps of a case and return J."""
    return coordinate_descent(_problem(case), steps=SWEEPS[case]).objective


def _measure(who: str, case: str, goal: float) -> None:
    """Run one method in this process and print seconds, J and the memory it took."""
    torch.zeros(1).square().sum()
    _data()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with torch.inference_mode():
        started = time.perf_counter()
        if who == "baseline":
            value = _baseline(case)
        else:
            value = solve_to(goal) if case == "full" else solve_sweeps(case)
        seconds = time.perf_counter() - started
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps({"seconds": seconds, "objective": value, "memory": memory}))


def _spawn(who: str, case: str, goal: float) -> dict[str, Any]:
    command = [sys.executable, __file__, "--measure", who, case, repr(goal)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def main() -> None:
    """Alternate the two, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--cases", nargs="+", default=list(CASES), choices=list(CASES))
    parser.add_argument("--measure", nargs=3, metavar=("WHO", "CASE", "GOAL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        who, case, goal = arguments.measure
        _measure(who, case, float(goal))
        return
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}")
    print("| mode | baseline s | recon s | ratio (min to max) | baseline J | recon J | MiB | recon MiB |")
    print("|---|---|---|---|---|---|---|---|")
    for case in arguments.cases:
        pairs = []
        for _ in range(arguments.repeat):
            theirs = _spawn("baseline", case, 0.0)
            pairs.append((theirs, _spawn("recon", case, theirs["objective"])))
        ratios = [theirs["seconds"] / ours["seconds"] for theirs, ours in pairs]
        middle = [[statistics.median(pair[i][k] for pair in pairs) for i in (0, 1)]
                  for k in ("seconds", "objective", "memory")]  # fmt: skip
        (slow, fast), (their_j, our_j), (their_m, our_m) = middle
        print(
            f"| {case} | {slow:.2f} | {fast:.2f} | {statistics.median(ratios):.1f} "
            f"({min(ratios):.1f} to {max(ratios):.1f}) | {their_j:.3f} | {our_j:.3f} "
            f"| {their_m:.0f} | {our_m:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
