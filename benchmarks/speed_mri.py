"""Time of `full` in MRI against the paper's iPALM, in one run.

    python benchmarks/speed_mri.py [--repeat 3]

The brain image, Cartesian mask, beta 3e-3, lam 2.5e-3, the authors' dictionary, mean-free. Both start from
the zero-filled image; iPALM stops by the paper's rule, a relative change of J of 1e-8, the joint solver at
its first check with a J at or below that one. Each runs in a process of its own, alternately.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import time
from typing import Any

import numpy as np
import torch
from baseline import SHARED, load_baseline
from brain import measure_brain

from recon_cli.engine.priors.dictionary.problem import PatchProblem
from recon_cli.engine.result import Status
from recon_cli.engine.solvers.joint_admm import joint_admm
from recon_cli.workflows.mri.measurement import measure as measurement_of

BETA, LAM = 3e-3, 2.5e-3


class _Reached(Exception):  # noqa: N818
    """The solver is at the goal."""


def _atoms() -> torch.Tensor:
    raw = torch.from_numpy(np.load(SHARED / "baseline" / "atoms_sigma25_classical.npy"))
    return load_baseline().normalise(raw)


def _baseline() -> tuple[float, float]:
    """Return seconds and final J of iPALM with `H'H` and the data term written literally."""
    brain, paper = measure_brain("cartesian"), load_baseline()
    samples, mask = torch.from_numpy(brain.samples[0]), torch.from_numpy(brain.mask)

    def transform(x: torch.Tensor) -> torch.Tensor:
        return mask * torch.fft.fft2(x[0, 0], norm="ortho")

    def back(y: torch.Tensor) -> torch.Tensor:
        return torch.fft.ifft2(mask * y, norm="ortho").real[None, None]

    started = time.perf_counter()
    problem = paper.PatchProblem(
        _atoms(),
        BETA,
        LAM,
        back(samples),
        normal=lambda x: back(transform(x)),
        data_term=lambda x: 0.5 * (transform(x) - samples).abs().square().sum(dtype=torch.float64),
    )
    x, codes, _ = paper.ipalm(problem)
    return time.perf_counter() - started, problem.objective(x, codes)


def solve_brain_to(goal: float) -> tuple[float, float]:
    """Return seconds and J at the first check at or below the goal."""
    brain, atoms = measure_brain("cartesian"), _atoms()
    value = float("nan")

    def check(status: Status) -> None:
        nonlocal value
        if status.objective is None:
            return
        value = status.objective
        if value <= goal:
            raise _Reached

    started = time.perf_counter()
    measurement = measurement_of(brain.samples, brain.mask, fft="uncentered")
    problem = PatchProblem.create(measurement, atoms.T.contiguous(), BETA, LAM)
    with contextlib.suppress(_Reached):
        joint_admm(problem, tolerance=1e-7, check_every=10, callback=check)
    return time.perf_counter() - started, value


def _spawn(who: str, goal: float) -> dict[str, Any]:
    command = [sys.executable, __file__, "--measure", who, repr(goal)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def main() -> None:
    """Alternate the two, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--measure", nargs=2, metavar=("WHO", "GOAL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        who, goal = arguments.measure
        with torch.inference_mode():
            seconds, value = _baseline() if who == "baseline" else solve_brain_to(float(goal))
        print(json.dumps({"seconds": seconds, "objective": value}))
        return
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}")
    ratios = []
    for _ in range(arguments.repeat):
        theirs = _spawn("baseline", 0.0)
        ours = _spawn("recon", theirs["objective"])
        ratios.append(theirs["seconds"] / ours["seconds"])
        print(
            f"baseline {theirs['seconds']:.1f} s, J {theirs['objective']:.6f}; "
            f"recon {ours['seconds']:.2f} s, J {ours['objective']:.6f}; ratio {ratios[-1]:.1f}",
            flush=True,
        )
    print(f"median ratio {statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    main()
