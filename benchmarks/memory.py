"""Peak memory of `recon denoise`: the whole process, sampled from outside.

    python benchmarks/memory.py files [--count 1000] [--side 64] [recon's options ...]
    python benchmarks/memory.py large [--side 10000] [recon's options ...]

`files` denoises many small files in one command, by two sweeps; its memory has to stay flat. `large` denoises
one TIFF of 16 bits, a photograph (scikit-image's `camera`, CC0) repeated and mirrored with noise of sigma 25.
Memory does not depend on the number of iterations, so five of them do.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import tifffile
from numpy.typing import NDArray
from skimage import data

MIB = 2**20


def noisy_photograph(height: int, width: int, seed: int) -> NDArray[np.uint16]:
    """Return the photograph, repeated as often as needed, with noise; some rows at a time."""
    camera = data.camera()
    rng = np.random.default_rng(seed)
    result = np.empty((height, width), np.uint16)
    wide = np.pad(camera, ((0, 0), (0, max(width - camera.shape[1], 0))), "symmetric")[:, :width]
    for row in range(0, height, len(camera)):
        part = (wide if row // len(camera) % 2 == 0 else wide[::-1])[: height - row].astype(np.float32)
        part += 25 * rng.standard_normal(part.shape, np.float32)
        result[row : row + len(part)] = np.rint(257 * part.clip(0, 255))
    return result


def run(arguments: list[str], every: float) -> tuple[list[tuple[float, float]], list[dict[str, object]]]:
    """Run `recon denoise`.

    Returns:
        Seconds and resident memory in MiB, and recon's lines of JSON.
    """
    command = [sys.executable, "-m", "recon_cli", "denoise", "--sigma", "25", "--json", "-q", *arguments]
    samples: list[tuple[float, float]] = []
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        watched = psutil.Process(process.pid)

        def sample() -> None:
            while process.poll() is None:
                try:
                    samples.append((time.perf_counter() - started, watched.memory_info().rss / MIB))
                except psutil.NoSuchProcess:
                    break
                time.sleep(every)

        thread = threading.Thread(target=sample)
        thread.start()
        assert process.stdout is not None
        lines = [json.loads(line) for line in process.stdout]
        thread.join()
    if process.returncode:
        raise SystemExit(process.returncode)
    return samples, lines


def many_files(folder: Path, count: int, side: int, options: list[str]) -> None:
    """Print the memory after each tenth of the files."""
    for k in range(count):
        tifffile.imwrite(folder / f"{k:05d}.tif", noisy_photograph(side, side, k))
    samples, lines = run([str(folder), "-o", f"{folder}/out/", "--mode", "unrolled", *options], 0.02)
    assert len(lines) == count
    peaks = [float(str(line["peak_memory_mib"])) for line in lines]
    for share in range(1, 11):
        print(f"after {share * count // 10:5d} files: peak {peaks[share * count // 10 - 1]:7.1f} MiB")
    print(f"{samples[-1][0]:.0f} s, largest sample {max(memory for _, memory in samples):.1f} MiB")


def large_file(folder: Path, side: int, options: list[str]) -> None:
    """Print the peak memory."""
    source, target = folder / "in.tif", folder / "out.tif"
    tifffile.imwrite(source, noisy_photograph(side, side, 0))
    samples, (line,) = run([str(source), "-o", str(target), "--max-iter", "5", *options], 0.1)
    with tifffile.TiffFile(target) as result:
        page = result.pages.first
        assert (page.shape, page.dtype) == ((side, side), np.uint16)
    print(f"{side} x {side} pixels, {line['tiles']} tiles, {samples[-1][0]:.0f} s")
    print(f"peak {line['peak_memory_mib']} MiB, largest sample {max(m for _, m in samples):.1f} MiB")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["files", "large"])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--side", type=int)
    asked, options = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as name:
        if asked.what == "files":
            many_files(Path(name), asked.count, asked.side or 64, options)
        else:
            large_file(Path(name), asked.side or 10_000, options)


if __name__ == "__main__":
    main()
