"""How near the program is to what the machine allows: arithmetic rate, growth with the image, start-up.

    python benchmarks/speed_floor.py rate|shares|growth|process [--repeat 5]

`rate`: floating-point operations a second of the loops over patches, beside those of a matrix product of the
same shape by PyTorch. `shares`: where the time of each mode goes, in the problems of speed.py and
speed_mri.py: the loops over patches, the systems in the image, the rest. `growth`: `full` on 1024 x 1024
against 256 x 256 pixels, to a certified gap of 1e-3. `process`: `recon denoise` on 256 x 256 pixels as a
whole, beside its solver and the import of PyTorch.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from baseline import SHARED
from PIL import Image
from set12 import noisy_set12
from speed import solve_sweeps, solve_to
from speed_mri import solve_brain_to

from recon_cli.engine.priors.dictionary.problem import PatchProblem
from recon_cli.engine.solvers.code_sweep import code_sweep_of
from recon_cli.engine.solvers.code_update import Matrices, joint_codes_of
from recon_cli.engine.solvers.sparse_coding import ExactCoder
from recon_cli.models.registry import find_dictionary
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.reconstruction import reconstruct
from recon_cli.workflows.tune.denoising import noisy_images


def timed(call: Callable[[], object], repeat: int) -> list[float]:
    """Return the seconds of each of so many calls."""
    seconds = []
    for _ in range(repeat):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return seconds


def spread(name: str, values: list[float], unit: str) -> None:
    """Print a median with its spread."""
    middle = statistics.median(values)
    print(f"{name}: {middle:.4g} {unit} ({min(values):.4g} to {max(values):.4g})", flush=True)


def rate(repeat: int) -> None:
    """Print the rates in GFLOP/s and their ratios to that of a product."""
    noisy = torch.from_numpy(noisy_set12(SHARED / "data" / "set12", 25)[0][2])[None]
    atoms = find_dictionary("sigma25-mean-free", 25).atoms
    problem = PatchProblem.create(noisy_images(noisy.numpy(), 25), atoms, 0.4, 3e-4)
    pixels, count = atoms.shape
    columns, block = problem.grid.columns, 2000
    square, right = torch.randn(count, count), torch.randn(count, block)
    code = code_sweep_of(problem, ExactCoder(atoms, 7.5e-3, tolerance=0.0, max_iterations=100))
    blocks = list(problem.blocks())
    codes = joint_codes_of(problem, Matrices(problem, torch.full_like(problem.lam, 1e-3)))
    works: dict[str, tuple[Callable[[], object], float]] = {
        "product": (lambda: [square @ right for _ in range(100)], 2e2 * count * count * block),
        "sparse coding": (
            lambda: code(noisy, torch.zeros(count, columns), blocks),
            (2e2 * count * count + 4 * count * pixels) * columns,
        ),
        "joint ADMM": (
            lambda: [codes.update(noisy) for _ in range(10)],
            20.0 * (2 * count * pixels + pixels**2) * columns,
        ),
    }
    rates: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeat + 1):
        for name, (work, operations) in works.items():
            rates[name].append(operations / timed(work, 1)[0] / 1e9)
    for name, values in rates.items():
        spread(name, values[1:], "GFLOP/s")
        spread(
            f"  of the product, {name}",
            [a / b for a, b in zip(values[1:], rates["product"][1:], strict=True)],
            "",
        )


def shares(repeat: int) -> None:
    """Print the seconds of each mode, and of its parts; the minima are sought to the J where iPALM stops."""
    modes: dict[str, Callable[[], object]] = {
        "full": lambda: solve_to(387.625),
        "unrolled": lambda: solve_sweeps("unrolled"),
        "early-stop": lambda: solve_sweeps("early-stop"),
        "MRI": lambda: solve_brain_to(19.078705),
    }
    for mode, run in modes.items():
        run()
        rows = []
        for _ in range(repeat):
            profile = cProfile.Profile()
            profile.runcall(run)
            rows.append(_parts(pstats.Stats(profile)))
        for part in rows[0]:
            spread(f"{mode}, {part}", [row[part] for row in rows], "s")


def _parts(stats: pstats.Stats) -> dict[str, float]:
    """Return the seconds of the whole, the loops over patches, the systems in the image, and the rest."""
    times = {key[2]: row[3] for key, row in stats.stats.items()}  # type: ignore[attr-defined]
    whole: float = stats.total_tt  # type: ignore[attr-defined]
    loops, systems = times["in_threads"], times["conjugate_gradients"]
    return {"all": whole, "loops": loops, "systems": systems, "rest": whole - loops - systems}


def growth(repeat: int) -> None:
    """Print the seconds at both sizes and their ratio; the large image is the small one, mirrored."""
    small = noisy_set12(SHARED / "data" / "set12", 25)[0][2]
    pair = np.concatenate((small, small[:, ::-1]), 1)
    quad = np.concatenate((pair, pair[::-1]), 0)
    large = np.tile(quad, (2, 2))
    prior = DictionaryPrior("sigma25-mean-free", border="paper").read("denoise", 25, "full")
    times: list[list[float]] = [[], []]
    for _ in range(repeat):
        for image, seconds in zip((small, large), times, strict=True):
            done = reconstruct(noisy_images(image[None], 25), prior)
            seconds.append(done.seconds)
            print(f"{image.shape}: {done.seconds:.2f} s, {done.iterations} iterations", flush=True)
    spread("1024 x 1024 to 256 x 256", [b / a for a, b in zip(*times, strict=True)], "times")


def process(repeat: int) -> None:
    """Print what the whole command takes beyond its solver and the import of PyTorch, in seconds."""
    over = []
    # pip writes the bytecode of what it installs, an editable installation only what it runs
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        noisy = noisy_set12(SHARED / "data" / "set12", 25)[0][2]
        source, result = Path(folder, "in.png"), Path(folder, "out.png")
        Image.fromarray(np.rint(noisy.clip(0, 1) * 255).astype(np.uint8)).save(source)
        command = [sys.executable, "-m", "recon_cli", "denoise", str(source), "--sigma", "25"]
        command += ["-o", str(result), "--overwrite", "--json", "-q"]
        alone = [sys.executable, "-c", "import torch"]
        for _ in range(repeat + 1):
            (torch_alone,) = timed(lambda: subprocess.run(alone, env=environment), 1)
            started = time.perf_counter()
            done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
            whole = time.perf_counter() - started
            solver = json.loads(done.stdout)["seconds"]
            over.append(whole - solver - torch_alone)
            print(
                f"whole {whole:.2f} s, solver {solver:.2f} s, import of torch {torch_alone:.2f} s", flush=True
            )
    spread("beyond solver and import", over[1:], "s")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("rate", "shares", "growth", "process"))
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}")
    with torch.inference_mode():
        works = {"rate": rate, "shares": shares, "growth": growth, "process": process}
        works[arguments.what](arguments.repeat)


if __name__ == "__main__":
    main()
