"""End commands at random moments, and look at what they leave.

After SIGKILL every output has to be absent or whole, checkpoints and logs have to load, and every tenth
training and search is resumed and has to end with the same bytes. After SIGINT, SIGTERM and SIGHUP temporary
files have to be gone, too, and at most one sentence is said. Run from the root of the repository:

    python -m fuzz.kills --kills 50            # of each of denoise, mri, train and tune
    python -m fuzz.kills --kills 10 --signal INT
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
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from recon_cli.models.checkpoint import load_checkpoint, previous, recover_checkpoint

TRAINING = """
sigma = 25
data = "images"
atoms = 16
patch_size = 5
crop_size = 16
margin = 2
batch = 2
train_steps = 16
validate_every = 2
tune = false
"""
SEARCH = ("--betas", "0.2:0.8:2", "--lams", "2e-4:6e-4:2", "--mode", "unrolled", "--budget", "4")


@dataclass(frozen=True)
class Command:
    """A command and what it writes.

    Attributes:
        words: after `recon`.
        outputs: files that have to be absent or whole.
        resumes: whether `--resume` goes on.
    """

    words: tuple[str, ...]
    outputs: tuple[str, ...]
    resumes: bool = False


COMMANDS = {
    "denoise": Command(
        ("denoise", "images", "--sigma", "25", "--mode", "unrolled", "-o", "out/"),
        ("out/a_denoised.png", "out/b_denoised.tif", "out/c_denoised.npy"),
    ),
    "mri": Command(
        ("mri", "k.npy", "--max-iter", "20", "-o", "r.nii.gz", "--zero-filled", "z.cfl", "--figure", "f.pdf"),
        ("r.nii.gz", "z.cfl", "f.pdf"),
    ),
    "train": Command(("train", "--config", "train.toml", "-o", "t.safetensors"), ("t.safetensors",), True),
    "tune": Command(
        ("tune", "images/a.png", "--sigma", "25", *SEARCH, "-o", "t.toml"), ("t.toml", "t.png"), True
    ),
}


def prepare(folder: Path) -> None:
    """Put the inputs of all commands into a folder."""
    from tifffile import imwrite

    (folder / "images").mkdir(parents=True)
    (folder / "train.toml").write_text(TRAINING)
    picture = data.camera()[100:132, 200:232]
    Image.fromarray(picture).save(folder / "images/a.png")
    imwrite(folder / "images/b.tif", picture, compression="zlib")
    np.save(folder / "images/c.npy", np.float32(picture / 255))
    np.save(folder / "k.npy", np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(picture / 255), norm="ortho")))


def begin(command: Command, folder: Path, *more: str) -> subprocess.Popen[str]:
    """Start a command."""
    words = [sys.executable, "-m", "recon_cli", *command.words, *more]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "NO_COLOR": "1"}
    return subprocess.Popen(words, cwd=folder, env=environment, text=True, stderr=subprocess.PIPE)


def finish(command: Command, folder: Path, *more: str) -> None:
    """Run a command to its end."""
    running = begin(command, folder, *more)
    said = running.communicate()[1]
    if running.returncode:
        raise RuntimeError(f"{command.words[0]} failed: {said}")


def wait(running: subprocess.Popen[str], folder: Path, seconds: float, at_write: bool) -> None:
    """Wait so long, or only until something is being written."""
    until = time.monotonic() + seconds
    known = set(folder.rglob("*"))
    while running.poll() is None and time.monotonic() < until:
        if at_write and set(folder.rglob("*")) - known:
            return
        time.sleep(0.0005)


def partial(command: Command, folder: Path, whole: Path) -> list[str]:
    """Return what is wrong with the outputs, checkpoints and logs in a folder."""
    wrong = [
        f"{name} is partial"
        for name in command.outputs
        if (folder / name).exists() and (folder / name).read_bytes() != (whole / name).read_bytes()
    ]
    said: list[str] = []
    for place in folder.glob("*.checkpoint"):
        for each in (place, previous(place)):
            if each.exists():
                load_checkpoint(each)
        recover_checkpoint(place, said.append)
    wrong += said
    for log in folder.glob("*.jsonl"):
        for line in log.read_text().split("\n")[:-1]:
            json.loads(line)
    return wrong


def end_once(
    name: str, whole: Path, seconds: float, chance: random.Random, number: int, how: signal.Signals
) -> list[str]:
    """End a command at some moment and return what is wrong."""
    command = COMMANDS[name]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "work"
        prepare(folder)
        running = begin(command, folder)
        wait(running, folder, seconds * chance.uniform(0.2, 1.05), at_write=chance.random() < 0.5)
        time.sleep(chance.choice((0, 0, chance.uniform(0, 0.02))))
        running.send_signal(how)
        said = running.communicate()[1]
        wrong = partial(command, folder, whole)
        if how != signal.SIGKILL:
            wrong += [f"{left.name} is left" for left in folder.rglob(".recon-*")]
            if running.returncode not in (0, -how, 128 + how) or "Traceback" in said:
                wrong.append(f"code {running.returncode}: {said}")
        if command.resumes and number % 10 == 0:
            finish(command, folder, "--resume")
            wrong += partial(command, folder, whole)
            wrong += [f"{each} is missing" for each in command.outputs if not (folder / each).exists()]
        if wrong:
            kept = Path(tempfile.gettempdir()) / f"killed-{name}-{number}"
            shutil.copytree(folder, kept, dirs_exist_ok=True)
            wrong.append(f"kept in {kept}")
        return wrong


def main() -> int:
    """End the commands and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50, help="of each command")
    parser.add_argument("--command", action="append", choices=list(COMMANDS), help="only these")
    parser.add_argument("--signal", default="KILL", choices=("KILL", "INT", "TERM", "HUP"))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    how, chance, failed = signal.Signals[f"SIG{options.signal}"], random.Random(options.seed), 0
    for name in options.command or COMMANDS:
        with tempfile.TemporaryDirectory() as place:
            whole = Path(place) / "work"
            prepare(whole)
            began = time.monotonic()
            finish(COMMANDS[name], whole)
            seconds, bad = time.monotonic() - began, 0
            for number in range(options.kills):
                try:
                    wrong = end_once(name, whole, seconds, chance, number, how)
                except Exception as error:  # noqa: BLE001 - it is an outcome
                    wrong = [repr(error)]
                bad += bool(wrong)
                if wrong:
                    print(f"{name} {number}: {'; '.join(wrong)}", flush=True)
        failed += bad
        print(
            f"{name}: {options.kills} ended by SIG{options.signal}, {bad} failed, {seconds:.1f} s whole",
            flush=True,
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
