"""Time of the default against BM3D and against an earlier version, in turns in one run.

    pip install bm3d                                    # its licence allows non-commercial use alone
    python benchmarks/speed_default.py [--repeat 5] [--sigmas 5 25 50]
    git worktree add --detach ../before a310f27 && python benchmarks/speed_default.py --before ../before
    python benchmarks/speed_default.py --sides 256 2048 --sigmas 25

A picture of scikit-image (`camera`, CC0), the middle of so many pixels or repeated, with noise. Every solver
runs in a process of its own, with as many threads as there are cores; its time is that of the solver alone,
after the imports. Rows that need what is not there are left out. Printed are medians, and the ratio to the
default of the same turn with its least and largest.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skimage import data


def picture(side: int) -> NDArray[np.float32]:
    """Return a square photograph in [0, 1]."""
    camera = data.camera().astype(np.float32) / np.float32(255)
    first = max((len(camera) - side) // 2, 0)
    middle = camera[first : first + side, first : first + side]
    return np.pad(middle, ((0, max(side - len(middle), 0)),) * 2, "symmetric")


def noisy_picture(side: int, sigma: float) -> NDArray[np.float32]:
    """Return it with noise."""
    noise = np.random.default_rng(0).standard_normal((side, side)).astype(np.float32)
    return picture(side) + np.float32(sigma / 255) * noise


def _bm3d(noisy: NDArray[np.float32], sigma: float) -> tuple[NDArray[np.float32], dict[str, object]]:
    import bm3d

    started = time.perf_counter()
    denoised = bm3d.bm3d(noisy, sigma_psd=sigma / 255)
    return denoised, {"seconds": time.perf_counter() - started}


def _recon(
    noisy: NDArray[np.float32], sigma: float, mode: str
) -> tuple[NDArray[np.float32], dict[str, object]]:
    from recon_cli import denoise

    denoised, report = denoise(noisy, sigma, report=True, **({"mode": mode} if mode else {}))
    return denoised, {"seconds": report.seconds, "iterations": report.iterations, "gap": report.gap}


def solve(name: str, side: int, sigma: float) -> dict[str, object]:
    """Denoise once; memory is what was added at the peak."""
    clean, noisy = picture(side), noisy_picture(side, sigma)
    warm = noisy[:32, :32]
    run = _bm3d if name == "bm3d" else lambda image, level: _recon(image, level, name)
    run(warm, sigma)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    denoised, row = run(noisy, sigma)
    row["mib"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return row | {"psnr": -10 * float(np.log10(np.mean((denoised - clean) ** 2)))}


def in_process(name: str, side: int, sigma: float, checkout: Path | None) -> dict[str, object]:
    """Do that in a process of its own, of this version or of a checkout."""
    source = (checkout or Path(__file__).parents[1]) / "src"
    environment = os.environ | {"PYTHONPATH": str(source), "OMP_NUM_THREADS": str(os.cpu_count())}
    if checkout is None:
        environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    command = [sys.executable, __file__, "--solve", name, "--sides", str(side), "--sigmas", str(sigma)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--sigmas", nargs="+", type=float, default=[5, 25, 50])
    parser.add_argument("--sides", nargs="+", type=int, default=[256])
    parser.add_argument("--before", type=Path, help="checkout of an earlier version with compiled kernels")
    parser.add_argument("--full", action="store_true", help="also the mode full")
    parser.add_argument("--solve", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.solve is not None:
        print(json.dumps(solve(asked.solve, asked.sides[0], asked.sigmas[0])))
        return
    rows: list[tuple[str, str, Path | None]] = [("default", "", None)]
    rows += [("full", "full", None)] if asked.full else []
    rows += [("BM3D", "bm3d", None)] if importlib.util.find_spec("bm3d") else []
    rows += [("before", "", asked.before)] if asked.before else []
    for side in asked.sides:
        for sigma in asked.sigmas:
            turns = [
                {name: in_process(method, side, sigma, where) for name, method, where in rows}
                for _ in range(asked.repeat)
            ]
            for name, _, _ in rows:
                own = [float(str(turn[name]["seconds"])) for turn in turns]
                ratios = [
                    seconds / float(str(turn["default"]["seconds"]))
                    for seconds, turn in zip(own, turns, strict=True)
                ]
                last = turns[-1][name]
                words = ", ".join(
                    f"{key} {value:.4g}" for key, value in last.items() if key != "seconds" and value
                )
                spread = f"{statistics.median(ratios):6.2f} ({min(ratios):.2f} to {max(ratios):.2f}) times"
                where = f"{side} x {side}, sigma {sigma:g}, {name:8}"
                print(f"{where} {statistics.median(own):7.3f} s, {spread}; {words}", flush=True)


if __name__ == "__main__":
    main()
