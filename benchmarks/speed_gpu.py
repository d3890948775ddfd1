"""What a GPU does with each task: agreement with the processor, time, memory, where the time goes.

    python benchmarks/speed_gpu.py [--device cuda] [--frames 1000] [--repeat 5] [--seconds 240]

A few minutes on a GPU. First come medians of the solver's time, transfers included, after a first run: one
image of 481 x 321 pixels, k-space of 8 coils, a blur, and a stack of frames of 512 x 512. Then frames of
k-space a second, one by one and side by side, of two sizes. Then the kernels that one image spends its time
in. Then the same data on both devices: how far the results are apart, root mean square, in 8-bit grey levels,
and both certified gaps. Parts that would begin after `--seconds` are left out, and that is said. With
`--device cpu` it tries the script itself.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from speed_default import noisy_picture, picture

from recon_cli import Solver, denoise, mri, priors, reconstruct
from recon_cli.device import Device, choose_device
from recon_cli.engine.operators.kernels import gaussian
from recon_cli.workflows.images.blurred import BlurredCamera
from recon_cli.workflows.images.camera import Camera
from recon_cli.workflows.images.simulation import simulate
from recon_cli.workflows.mri import frame_memory
from recon_cli.workflows.mri.frames import reconstruct_kspace
from recon_cli.workflows.mri.masks import generate_mask
from recon_cli.workflows.mri.sampling import Undersampling
from recon_cli.workflows.mri.simulate import birdcage
from recon_cli.workflows.mri.simulate import simulate as simulate_kspace
from recon_cli.workflows.mri.study import Study, prepare
from recon_cli.workflows.seen import seen_by

SIGMA = 25.0
_WARM = 10
"""Frames that are denoised once before they are timed; more would take long."""


class Run(NamedTuple):
    """A result, and how it came about."""

    image: NDArray[Any]
    seconds: float
    iterations: int
    gap: float | None


def stack(frames: int, side: int) -> NDArray[np.float32]:
    """Return a moving photograph with noise."""
    clean = picture(side)
    return np.stack([simulate(np.roll(clean, frame, 1), Camera(), SIGMA, frame) for frame in range(frames)])


def denoised(images: NDArray[np.float32], device: Device, **asked: Any) -> Run:
    """Denoise images."""
    image, report = denoise(images, SIGMA, device=device, report=True, **asked)
    return Run(image, report.seconds, report.iterations, report.gap)


def of_coils(side: int, coils: int, device: Device) -> Run:
    """Reconstruct simulated k-space of a slice."""
    maps = birdcage(coils, (side, side)).astype(np.complex64)
    kspace = simulate_kspace(maps * picture(side), generate_mask("radial", side, side, 0.3, 0), 2.0)
    image, report = mri(kspace, maps=maps, solver=Solver(device=device), report=True)
    return Run(np.abs(image), report.seconds, report.iterations, report.gap)


def volume(slices: int, side: int, coils: int = 8) -> Study:
    """Return slices of k-space, each with maps, mask and noise of its own."""
    kspace, maps = [], []
    for number in range(slices):
        own = np.roll(birdcage(coils, (side, side)), number, 2).astype(np.complex64)
        mask = generate_mask("radial", side, side, 0.3, number)
        kspace.append(simulate_kspace(own * np.roll(picture(side), number, 1), mask, 2.0, seed=number))
        maps.append(own)
    return prepare(np.stack(kspace), Undersampling(), maps=np.stack(maps))


def side_by_side(slices: int, side: int, device: Device) -> None:
    """Print how many frames of k-space a second are solved one by one, and how many side by side."""
    study, solver = volume(slices, side), Solver(device=device)
    images, rates = [], []
    for together in (1, slices):
        frame_memory.MOST[choose_device(device)] = together
        reconstruct_kspace(study, priors.DictionaryPrior(), Solver(device=device, count=2))
        began = time.perf_counter()
        images.append(np.asarray(reconstruct_kspace(study, priors.DictionaryPrior(), solver).result.image))
        rates.append(slices / (time.perf_counter() - began))
    apart = float(np.linalg.norm(images[1] - images[0]) / np.linalg.norm(images[0]))
    print(
        f"{slices} frames of {side} x {side}, 8 coils: {rates[0]:.3g} a second one by one, "
        f"{rates[1]:.3g} side by side; relative difference {apart:.1e}",
        flush=True,
    )


def sharpened(side: int, device: Device) -> Run:
    """Undo a blur."""
    camera = BlurredCamera(kernel=gaussian(1.6))
    seen = seen_by(camera, simulate(picture(side), camera, 2.0), None, 2.0)
    done = reconstruct(seen.measurement, priors.DictionaryPrior(), camera.solver(Solver(device=device)))
    return Run(np.asarray(done.image), done.seconds, done.iterations, done.gap)


def measured(name: str, work: Callable[[], Run], device: Device, repeat: int, warm: bool = True) -> None:
    """Print the median time of some work, after it was done once."""
    if warm:
        work()
    on_gpu = device != "cpu"
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
    runs = [work() for _ in range(repeat)]
    seconds = [run.seconds for run in runs]
    peak = f", {torch.cuda.max_memory_allocated() / 2**20:.0f} MiB" if on_gpu else ""
    spread = f"({min(seconds):.4f} to {max(seconds):.4f})"
    print(
        f"{name}: {statistics.median(seconds):.4f} s {spread}, {runs[0].iterations} iterations{peak}",
        flush=True,
    )


def in_a_row(frames: int, side: int, device: Device) -> None:
    """Print how long a stack takes."""
    images = stack(frames, side)
    measured(f"{frames} frames", lambda: denoised(images, device), device, 1, warm=frames < _WARM)


def agree(name: str, work: Callable[[Device], Run], device: Device) -> None:
    """Print how far the results of two devices are from each other."""
    here, there = work("cpu"), work(device)
    distance = 255 * float(np.sqrt(np.mean((here.image - there.image) ** 2)))
    print(
        f"{name}: {distance:.4f} grey levels apart; gap {here.gap:.3g} and {there.gap:.3g}, "
        f"iterations {here.iterations} and {there.iterations}",
        flush=True,
    )


def profile(work: Callable[[], Run], device: Device) -> None:
    """Print what the time goes into."""
    kinds = [torch.profiler.ProfilerActivity.CPU]
    kinds += [torch.profiler.ProfilerActivity.CUDA] if device != "cpu" else []
    with torch.profiler.profile(activities=kinds) as profiled:
        work()
    by = "self_cuda_time_total" if device != "cpu" else "self_cpu_time_total"
    print(profiled.key_averages().table(sort_by=by, row_limit=20, max_name_column_width=60))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--frames", type=int, default=1000)
    parser.add_argument("--side", type=int, default=512, help="of the frames; half of it of the other tasks")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=240)
    asked = parser.parse_args()
    device, side, started = asked.device, asked.side, time.perf_counter()
    image = noisy_picture(481 * side // 512, SIGMA)[:, : 321 * side // 512]
    proven = {"mode": "full", "model": "sigma25-minimum"}
    tasks: dict[str, Callable[[Device], Run]] = {
        "one image": lambda where: denoised(image, where),
        "a part of it, full": lambda where: denoised(image[:128, :128], where, **proven),
        "8 coils": lambda where: of_coils(side // 2, 8, where),
        "a blur": lambda where: sharpened(side // 2, where),
    }
    parts: list[tuple[str, Callable[[], object]]] = [
        (name, partial(measured, name, partial(work, device), device, asked.repeat))
        for name, work in tasks.items()
    ]
    counts = dict.fromkeys((min(asked.frames, 8), asked.frames))
    parts += [(f"{frames} frames", partial(in_a_row, frames, side, device)) for frames in counts]
    sides = (side // 4, side // 2)
    parts += [(f"frames of {each}", partial(side_by_side, 16, each, device)) for each in sides]
    parts += [("profile", partial(profile, partial(denoised, image, device), device))]
    parts += [(f"agreement: {name}", partial(agree, name, work, device)) for name, work in tasks.items()]
    for name, part in parts:
        if time.perf_counter() - started > asked.seconds:
            print(f"{name}: left out, {asked.seconds:g} s have passed", flush=True)
            continue
        part()


if __name__ == "__main__":
    main()
