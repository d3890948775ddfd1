"""How `--scheduler` scales, what memory it takes, and what kills do to a volume.

    python benchmarks/cluster.py efficiency [--files 64] [--side 512] [recon's options ...]
    python benchmarks/cluster.py simulated [--workers 64] [--tasks 640] [--lengths lines.jsonl]
    python benchmarks/cluster.py memory [--files 5000] [--side 16] [recon's options ...]
    python benchmarks/cluster.py volume [--planes 20] [--side 8192] [--kills 20] [--folder DIR] [options ...]

`efficiency` denoises files on one worker of one thread and on two. `simulated` has workers sleep for as long
as tasks took, which `--lengths` names, lines of `recon denoise --json`. `memory` samples the memory of
scheduler, client, workers and their processes while many small files go through. `volume` kills processes of
workers while a Zarr volume goes through, and compares the result with that of a run without kills.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import zarr
from memory import MIB, noisy_photograph
from PIL import Image

_LOOK = 4.0
"""Seconds between two looks at the memory, which take most of a second themselves."""
ENVIRONMENT = {
    **os.environ,
    "OMP_NUM_THREADS": "1",
    "DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "100",  # as docs/howto/cluster.md says
}


def command(*arguments: object, before: tuple[object, ...] = ()) -> list[str]:
    """Return a command line of `recon denoise`."""
    return [sys.executable, "-m", "recon_cli", *map(str, before), "denoise", *map(str, arguments)]


def make_files(folder: Path, count: int, side: int) -> None:
    """Write parts of a photograph with noise."""
    folder.mkdir()
    for number in range(count):
        pixels = noisy_photograph(side, side, number) >> 8
        Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{number:05}.png")


@contextmanager
def cluster(folder: Path, workers: int, memory: str) -> Iterator[tuple[str, list[psutil.Process]]]:
    """Start a scheduler and workers with nannies; gives its address file, the scheduler and the nannies."""
    place, module = folder / "scheduler.json", "distributed.cli.dask_"
    options = ["--scheduler-file", place, "--no-dashboard"]
    own = ["--nthreads", 1, "--memory-limit", memory, "--local-directory", folder / "work"]
    lines = [[f"{module}scheduler", "--host", "127.0.0.1", "--port", 0, *options]]
    lines += [[f"{module}worker", *options, *own] for _ in range(workers)]
    started = []
    with (folder / "cluster.log").open("w") as log:
        try:
            for words in lines:
                line = [sys.executable, "-m", *map(str, words)]
                started.append(psutil.Popen(line, env=ENVIRONMENT, stdout=log, stderr=log))
                while not place.exists():
                    time.sleep(0.1)
            yield str(place), started
        finally:
            for process in reversed(started):
                process.terminate()
            psutil.wait_procs(started, 30)


def below(process: psutil.Process) -> list[psutil.Process]:
    """Return what a process has started and runs."""
    with suppress(psutil.Error):
        return process.children(recursive=True)
    return []


def resident(processes: list[psutil.Process]) -> float:
    """Return the memory of processes together, in MiB."""
    total = 0.0
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_info().rss / MIB
    return total


def efficiency(options: argparse.Namespace, more: list[str]) -> None:
    """Compare two workers with one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_files(folder / "in", options.files, options.side)
        taken = []
        for workers in (1, 2):
            words = ["in", "-o", f"out{workers}/", "--sigma", 25, "--json", "-q", *more]
            line = command(*words, "--scheduler", f"local:{workers}")
            times = []
            began = time.perf_counter()
            with subprocess.Popen(line, cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE) as process:
                assert process.stdout is not None
                times = [time.perf_counter() for _ in process.stdout]
            taken.append(time.perf_counter() - began)
            print(f"{workers} workers: {len(times)} files in {taken[-1]:.1f} s, the first after "
                  f"{times[0] - began:.1f} s")  # fmt: skip
        same = all(
            (folder / "out1" / p.name).read_bytes() == p.read_bytes() for p in (folder / "out2").iterdir()
        )
        print(f"two workers are {taken[0] / taken[1]:.2f} times as fast; the same bytes: {same}")


def simulated(options: argparse.Namespace, more: list[str]) -> None:
    """Have many workers sleep."""
    from recon_cli.cluster.executor import ClusterExecutor

    del more
    os.environ["OMP_NUM_THREADS"] = "1"
    measured = [3.0]
    if options.lengths:
        lines = Path(options.lengths).read_text().splitlines()
        measured = [json.loads(line)["seconds"] for line in lines]
    lengths = [measured[k % len(measured)] for k in range(options.tasks)]
    with ClusterExecutor(f"local:{options.workers}") as executor:
        sleep = partial(map, time.sleep)
        began = time.perf_counter()
        list(executor.run(sleep, [[0.5]] * options.workers))
        ready = time.perf_counter()
        list(executor.run(sleep, [[length] for length in lengths]))
        taken = time.perf_counter() - ready
    share = sum(lengths) / (options.workers * taken)
    print(f"{options.workers} workers ready in {ready - began:.1f} s; {options.tasks} tasks of "
          f"{np.mean(lengths):.2f} s in {taken:.1f} s: {share:.1%}")  # fmt: skip


def memory(options: argparse.Namespace, more: list[str]) -> None:
    """Trace memory over many small files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_files(folder / "in", options.files, options.side)
        with cluster(folder, 2, "2GiB") as (scheduler, (main, *nannies)):
            words = ["in", "-o", "out/", "--sigma", 25, "-q", *more, "--scheduler", scheduler]
            client = psutil.Popen(command(*words), cwd=folder, env=ENVIRONMENT)
            trace = []
            while client.poll() is None:
                done = len(list((folder / "out").glob("*.png")))
                hands = [p for nanny in nannies for p in below(nanny)]
                trace.append((done, *map(resident, ([main], [client], nannies, *[[p] for p in hands]))))
                time.sleep(1)
        whole = max(len(row) for row in trace)
        samples = np.array([row for row in trace if len(row) == whole and row[0] > options.warm])
        print(f"files  scheduler  client  nannies  {whole - 4} workers and their processes, MiB")
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            done, *sizes = samples[round(share * (len(samples) - 1))]
            print(f"{done:5.0f}  " + "  ".join(f"{size:7.1f}" for size in sizes))
        slopes = np.polyfit(samples[:, 0] / 1000, samples[:, 1:], 1)[0]
        print("MiB for 1000 files, after the warm-up: " + "  ".join(f"{slope:.2f}" for slope in slopes))


def volume(options: argparse.Namespace, more: list[str]) -> None:
    """Kill processes while a volume goes through."""
    with ExitStack() as stack:
        folder = Path(options.folder or stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        _make_volume(folder, options)
        results = []
        for kills in (0, options.kills):
            kept = folder / f"{kills} kills.json"
            if not kept.exists():
                with cluster(folder, options.workers, "2GiB") as (scheduler, (_, *nannies)):
                    words = [
                        "in.zarr",
                        "-o",
                        f"out{kills}.zarr",
                        "--sigma",
                        25,
                        "--json",
                        "--skip-existing",
                        *more,
                    ]
                    line = command(
                        *words, "--scheduler", scheduler, before=("--max-values", options.max_values)
                    )
                    told = _run(line, folder, nannies, kills, options.every)
                kept.write_text(json.dumps(told))
            (folder / "scheduler.json").unlink(missing_ok=True)
            shutil.rmtree(folder / "work", ignore_errors=True)
            results.append((kills, json.loads(kept.read_text())))
        arrays = [zarr.open(str(folder / f"out{kills}.zarr"), mode="r") for kills in (0, options.kills)]
        same = all(np.array_equal(arrays[0][k], arrays[1][k]) for k in range(options.planes))
        left = sorted(path.name for path in folder.glob(".*"))
        for kills, told in results:
            print(
                f"{told['killed']} of {kills} kills: {told['seconds']:.0f} s, {told['runs']} runs, "
                f"at most {told['peak']:.0f} MiB a worker with its process"
            )
        print(f"the same values: {same}; left unfinished: {left}")


def _make_volume(folder: Path, options: argparse.Namespace) -> None:
    """Write the planes that are not there yet."""
    shape, chunk = (options.planes, options.side, options.side), options.chunk
    stored = {"dtype": "uint16", "chunks": (1, chunk, chunk), "dimension_names": ["z", "y", "x"]}
    if not (folder / "in.zarr").exists():
        zarr.create_array(str(folder / "in.zarr"), shape=shape, **stored)
    made = zarr.open(str(folder / "in.zarr"), mode="r+")
    for plane in range(options.planes):
        if not made[plane, -1].any():
            made[plane] = noisy_photograph(options.side, options.side, plane)


def _run(
    line: list[str], folder: Path, nannies: list[psutil.Process], kills: int, every: float
) -> dict[str, float]:
    """Run a command until it succeeds, and kill some processes of workers meanwhile."""
    began, peak, runs, killed, rng = time.perf_counter(), 0.0, 0, 0, random.Random(0)
    code = -1
    while code:
        if runs > kills + 2:
            raise SystemExit("the command fails whatever is killed")
        runs += 1
        client = psutil.Popen(line, cwd=folder, env=ENVIRONMENT)
        due = time.perf_counter() + every
        while (code := client.poll()) is None:
            groups = [below(nanny) for nanny in nannies]
            peak = max(peak, *(resident(group) for group in groups))
            if killed < kills and time.perf_counter() > due and (group := rng.choice(groups)):
                due = time.perf_counter() + every * rng.uniform(0.5, 1.5)
                with suppress(psutil.Error):
                    rng.choice(group).send_signal(signal.SIGKILL)
                    killed += 1
            time.sleep(_LOOK)
    return {"seconds": time.perf_counter() - began, "peak": peak, "runs": runs, "killed": killed}


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    kinds = parser.add_subparsers(required=True)
    for function, numbers in (
        (efficiency, {"files": 64, "side": 512}),
        (simulated, {"workers": 64, "tasks": 640}),
        (memory, {"files": 5000, "side": 16, "warm": 1000}),
        (volume, {"planes": 20, "side": 8192, "chunk": 2048, "kills": 20, "workers": 2, "max-values": 2**28}),
    ):
        kind = kinds.add_parser(function.__name__)
        kind.set_defaults(run=function)
        for name, value in numbers.items():
            kind.add_argument(f"--{name}", type=int, default=value)
        if function is simulated:
            kind.add_argument("--lengths", help="lines of recon denoise --json")
        if function is volume:
            kind.add_argument("--folder", help="where all is kept; the same line goes on with it")
            kind.add_argument("--every", type=float, default=30.0, help="seconds between kills, about")
    options, more = parser.parse_known_args()
    options.run(options, more)


if __name__ == "__main__":
    main()
