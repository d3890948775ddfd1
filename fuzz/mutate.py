"""Read many damaged files with every reader, in processes that are watched.

Each input is a valid file with some changed bytes, or one that names other files or declares too much. A
reader has to give a result or a ReconError, within ten seconds and within the memory that its limit allows,
and to open none of the pipes that lie beside the input. Run from the root of the repository:

    python -m fuzz.mutate --inputs 100000

HDF5 is read without the process of its own that the commands give it, which would take a hundred times as
long; where that fails, the input is read once more as the commands do.

Inputs that fail are kept in a folder. The exit code is 1 when there are any.
"""

from __future__ import annotations

import argparse
import contextlib
import mmap
import os
import random
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

import torch

import recon_cli.files.kspace.mat
import recon_cli.files.kspace.read
import recon_cli.files.references
from recon_cli.errors import ReconError
from recon_cli.files.content import Content
from recon_cli.files.kspace import hdf5_readers
from recon_cli.files.limits import set_limit
from tests.trust.bombs import hostile
from tests.trust.mutations import checkpoint, mutate, safetensors
from tests.trust.seeds import seeds
from tests.trust.targets import TARGETS, Target

SECONDS = 10
LIMIT = 2**20
"""Values that a file may declare, in place of the usual limit, so that a bomb shows at once."""
MEMORY = 2**28
"""What a reader may take beyond what the process held before: 256 bytes a value of the limit."""
BATCH = 500
HDF5_CALLERS = (recon_cli.files.kspace.mat, recon_cli.files.kspace.read, recon_cli.files.references)
HDF5_READERS = ("kspace mat73", "kspace fastmri", "kspace ismrmrd", "reference")


DECOYS = ("secret.tif", "NDTiff.index", "numpy.py", "multiprocessing.py", "matplotlibrc", "pipe0.h5")
"""Pipes beside the input and in the current folder, which hold up for ever whoever opens one."""


class Overtime(BaseException):
    """A reader did not come back; no error of a reader, so that none catches it."""


def make(name: str, number: int, seed: int) -> bytes:
    """Return the input of this number for a reader."""
    chance = random.Random(f"{name} {number} {seed}")
    files = seeds()[name]
    content = chance.choice(files + hostile(name))
    if name == "checkpoint" and chance.random() < 0.5:
        return checkpoint(files[0], files, chance)
    if name in ("dictionary", "ridge", "checkpoint") and chance.random() < 0.7:
        return safetensors(content, files, chance)
    return mutate(content, files, chance)


def read_here(reader: str, path: Path, *words: str) -> Content:
    """Stand in for `apart.read_in_process` without another process."""
    return getattr(hdf5_readers, reader)(path, *words)


def attempt(target: Target, content: bytes, folder: Path) -> str:
    """Read a file and return `read`, `refused`, or what is wrong."""
    place = folder / f"in{target.suffix}"
    place.write_bytes(content)
    for name in DECOYS:
        with contextlib.suppress(FileExistsError):
            os.mkfifo(folder / name)
    try:
        target.read(place)
    except ReconError as error:
        text = str(error)
        return "refused" if text and "\n" not in text and len(text) < 1000 else f"wrong sentence: {text}"
    except Overtime:
        return f"more than {SECONDS} s"
    except BaseException:  # noqa: BLE001 - whatever it is, it is an outcome
        return traceback.format_exc()
    finally:
        for left in folder.iterdir():
            if left != place and left.name not in DECOYS:
                left.unlink()
    return "read"


def watch(name: str, numbers: range, seed: int, shared: mmap.mmap, results: int, folder: Path) -> None:
    """Run some inputs in this process, a line of outcome each; the number in work stands in `shared`."""

    def ring(number: int, frame: object) -> None:
        raise Overtime

    signal.signal(signal.SIGALRM, ring)
    os.chdir(folder)
    for module in HDF5_CALLERS:
        module.read_in_process = read_here
    set_limit(LIMIT)
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 - until the process ends
    os.dup2(sys.stderr.fileno(), 2)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * mmap.PAGESIZE
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    for number in numbers:
        struct.pack_into("<q", shared, 0, number)
        signal.alarm(SECONDS)
        outcome = attempt(TARGETS[name], make(name, number, seed), folder)
        signal.alarm(0)
        os.write(results, f"{outcome.encode().hex()}\n".encode())


def run_batch(name: str, numbers: range, seed: int, folder: Path) -> list[tuple[int, str]]:
    """Run some inputs in a child; one that ends or hangs the child is an outcome, too."""
    outcomes: list[tuple[int, str]] = []
    while numbers:
        shared = mmap.mmap(-1, 8)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            try:
                watch(name, numbers, seed, shared, writing, folder)
            finally:
                os._exit(0)
        os.close(writing)
        patience = 2 if name in HDF5_READERS else SECONDS * 1.5
        killer_at = time.monotonic() + patience
        with open(reading, "rb") as file:  # noqa: PTH123 - a descriptor
            lines, last = [], -1
            os.set_blocking(reading, False)
            while True:
                chunk = file.read()
                if chunk:
                    lines.append(chunk)
                elif chunk == b"":
                    break
                (now,) = struct.unpack_from("<q", shared)
                if now != last:
                    last, killer_at = now, time.monotonic() + patience
                elif time.monotonic() > killer_at:  # a hang below Python, where no signal is looked at
                    os.kill(child, signal.SIGKILL)
                time.sleep(0.01)
        _, status = os.waitpid(child, 0)
        done = [bytes.fromhex(line.decode()).decode() for line in b"".join(lines).split()]
        outcomes += zip(numbers, done, strict=False)
        numbers = numbers[len(done) :]
        if numbers:
            how = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"status {status}"
            outcomes.append((numbers[0], f"the process ended with {how}"))
            numbers = numbers[1:]
    return outcomes


def main() -> int:
    """Run the inputs and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=100_000, help="of all readers together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reader", action="append", choices=list(TARGETS), help="only these")
    parser.add_argument("--keep", type=Path, default=Path("fuzz/failures"), help="folder of failing inputs")
    options = parser.parse_args()
    torch.set_num_threads(1)  # other threads do not come along with a fork, which would wait for them
    names = options.reader or list(TARGETS)
    for name in names:
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:  # what is imported late is imported once
            for content in seeds()[name]:
                attempt(TARGETS[name], content, Path(folder))
    began, total, failed = time.monotonic(), 0, 0
    for index, name in enumerate(names):
        share = options.inputs // len(names) + (index < options.inputs % len(names))
        start, counts = time.monotonic(), Counter[str]()
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            for first in range(0, share, BATCH):
                numbers = range(first, min(first + BATCH, share))
                for number, outcome in run_batch(name, numbers, options.seed, Path(folder)):
                    if outcome not in ("read", "refused") and name in HDF5_READERS:
                        counts["saved"] += 1
                        outcome = attempt(TARGETS[name], make(name, number, options.seed), Path(folder))
                    counts[outcome if outcome in ("read", "refused") else "failed"] += 1
                    if outcome not in ("read", "refused"):
                        options.keep.mkdir(parents=True, exist_ok=True)
                        place = options.keep / f"{name.replace(' ', '-')}-{options.seed}-{number}"
                        place.write_bytes(make(name, number, options.seed))
                        place.with_name(place.name + ".txt").write_text(outcome)
                        with contextlib.suppress(IndexError):
                            print(f"{place}: {outcome.strip().splitlines()[-1][:200]}", flush=True)
        total, failed = total + share, failed + counts["failed"]
        print(
            f"{name:16} {share:7} inputs, {counts['read']} read, {counts['refused']} refused, "
            f"{counts['failed']} failed, {counts['saved']} saved by another process, "
            f"{time.monotonic() - start:.0f} s",
            flush=True,
        )
    print(f"{total} inputs, {failed} failed, {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
