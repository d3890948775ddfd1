"""Deconvolution, inpainting, upscaling and tomography of Set12 beside what users would take, as a table.

    python benchmarks/inverse_problems.py [--side 128] [--images 6] [TASK ...]

The same noise for all methods; total variation has its best weight for each task, by the reference,
Richardson-Lucy and SIRT their best number of iterations, the filtered backprojection of scikit-image its best
filter. PSNR in dB, medians over the images. Tomography has 60 angles and 1 % noise, and all is compared
inside the disc that all angles see; total variation gets 3000 iterations, after which its PSNR has settled.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from baseline import SHARED
from numpy.typing import NDArray
from scipy.ndimage import shift
from skimage.restoration import inpaint_biharmonic, richardson_lucy, unsupervised_wiener
from skimage.transform import iradon

from recon_cli.engine.domain import Box
from recon_cli.engine.operators.kernels import gaussian, motion
from recon_cli.files.images import read_image
from recon_cli.priors import DictionaryPrior, RidgePrior, TotalVariationPrior
from recon_cli.quality.metrics import psnr
from recon_cli.reconstruction import reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.frames import reconstruct_frames
from recon_cli.workflows.images.blurred import BlurredCamera
from recon_cli.workflows.images.camera import Camera
from recon_cli.workflows.images.inpainting import HollowCamera
from recon_cli.workflows.images.simulation import simulate, some_pixels
from recon_cli.workflows.tomography.projections import Projections
from recon_cli.workflows.tomography.scan import ParallelScan
from recon_cli.workflows.tomography.simulate import simulate_scan
from recon_cli.workflows.tomography.study import Asked, prepare

Image = NDArray[np.float32]
_IMAGES = (1, 3, 4, 7, 8, 11)
_WEIGHTS = (0.25, 0.5, 1.0, 2.0)
_ITERATIONS = (5, 10, 20, 40)
_SIRT = (10, 20, 40, 80, 160)
_ANGLES = 60


@dataclass(frozen=True)
class Task:
    """What is measured.

    Attributes:
        camera: of the data.
        sigma: noise level, in 8-bit grey levels.
        missing: share of the pixels without data.
    """

    camera: Camera
    sigma: float
    missing: float = 0.0


TASKS = {
    "gaussian": Task(BlurredCamera(kernel=gaussian(1.6)), 2.0),
    "motion": Task(BlurredCamera(kernel=motion(9, 30)), 2.0),
    "inpaint": Task(HollowCamera(), 5.0, 0.5),
    "x2": Task(BlurredCamera(kernel=gaussian(1.0, 0.5), factor=2), 1.0),
}


def _ours(
    prior: DictionaryPrior | RidgePrior | TotalVariationPrior,
    task: Task,
    data: Image,
    held: NDArray[np.bool_] | None,
) -> Image:
    camera = task.camera
    measurement = camera.measurement(data[None], held, Box(), task.sigma)
    found = reconstruct(measurement, prior, camera.solver(Solver()))
    picture: Image = camera.picture(np.asarray(found.image), (data.shape[0], data.shape[1]))[0]
    return picture


def _others(task: Task, data: Image, held: NDArray[np.bool_] | None, clean: Image) -> dict[str, float]:
    """Return PSNR of what others offer, at the best number of iterations where there is one."""
    if held is not None:
        return {"biharmonic": psnr(inpaint_biharmonic(data, ~held).clip(0, 1), clean)}
    if task.camera.factor > 1:
        return {"cubic": psnr(task.camera.on_grid(data[None, None])[0, 0].clip(0, 1), clean)}
    assert isinstance(task.camera, BlurredCamera)
    taps = task.camera.kernel.taps
    lucy = (richardson_lucy(data.clip(1e-3, 1), taps, count) for count in _ITERATIONS)
    wiener, _ = unsupervised_wiener(data, taps, rng=0)
    return {
        "Richardson-Lucy": max(psnr(image, clean) for image in lucy),
        "Wiener": psnr(wiener.clip(0, 1), clean),
    }


def _rows(task: Task, images: list[Image]) -> dict[str, list[tuple[float, float]]]:
    """Return PSNR and seconds of each method, image by image; total variation at each weight."""
    level = task.camera.level(task.sigma)
    usual = TotalVariationPrior().usual("denoise", level, "settled").value
    priors = {"model": DictionaryPrior(), "crr": RidgePrior()} | {
        f"tv {factor:g}": TotalVariationPrior(factor * usual) for factor in _WEIGHTS
    }
    rows: dict[str, list[tuple[float, float]]] = {}
    for index, clean in enumerate(images):
        data, held = simulate(clean, task.camera, task.sigma, seed=index), None
        if task.missing:
            held = some_pixels(data.shape, task.missing, index)
            data *= held

        def timed(call: Callable[[], Image]) -> tuple[float, float]:
            began = time.perf_counter()
            image = call()
            return psnr(image, clean), time.perf_counter() - began  # noqa: B023 - called at once

        for name, prior in priors.items():
            score = timed(lambda prior=prior: _ours(prior, task, data, held))  # type: ignore[misc]  # noqa: B023
            rows.setdefault(name, []).append(score)
        for name, value in _others(task, data, held, clean).items():
            rows.setdefault(name, []).append((value, 0.0))
    return rows


def _tomography(images: list[Image]) -> dict[str, list[tuple[float, float]]]:
    """Return PSNR and seconds of each method, as `_rows`."""
    rows: dict[str, list[tuple[float, float]]] = {}
    angles = tuple(180 / _ANGLES * np.arange(_ANGLES))
    for index, clean in enumerate(images):
        made = simulate_scan(clean[None], angles, 0.01, seed=index)
        study = prepare(Projections(made.values, "", ()), Asked(angles, sigma=made.sigma), "sinogram")
        truth = clean * study.scan.field

        def keep(name: str, image: Image, seconds: float = 0.0) -> None:
            score = psnr(image * study.scan.field, truth)  # noqa: B023 - called at once
            rows.setdefault(name, []).append((score, seconds))

        usual = TotalVariationPrior().usual("denoise", study.level, "settled").value
        priors = {"model": DictionaryPrior(), "crr": RidgePrior()} | {
            f"tv {factor:g}": TotalVariationPrior(factor * usual) for factor in _WEIGHTS
        }
        for name, prior in priors.items():
            solver = Solver(max_iterations=3000) if name.startswith("tv") else study.scan.solver(Solver())
            began = time.perf_counter()
            prepared = prior.prepare("denoise", study.level, solver)
            found = reconstruct_frames(study, lambda _, prepared=prepared: prepared, solver).result
            keep(name, study.pictures(np.asarray(found.image))[0], time.perf_counter() - began)
        keep("FBP", max(_backprojected(made.values[0], angles), key=lambda image: psnr(image, truth)))
        keep("SIRT", max(_sirt(study.scan, made.values), key=lambda image: psnr(image, truth)))
    return rows


def _backprojected(sinogram: Image, angles: tuple[float, ...]) -> list[Image]:
    """Return the filtered backprojections of scikit-image, whose axis lies in pixel `bins // 2`."""
    bins = sinogram.shape[1]
    middle = shift(sinogram, (0, bins // 2 - (bins - 1) / 2), order=3)
    back = (-((bins - 1) / 2 - bins // 2),) * 2
    filters = ("ramp", "shepp-logan", "cosine", "hamming", "hann")
    images = (iradon(middle.T, np.array(angles), filter_name=name) for name in filters)
    return [shift(image, tuple(-b for b in back), order=3).astype(np.float32).clip(0, 1) for image in images]


def _sirt(scan: ParallelScan, sinogram: Image) -> list[Image]:
    """Return images of the simultaneous iterative reconstruction technique, within [0, 1]."""
    beams, data = scan.beams, torch.from_numpy(sinogram)
    of_rows = beams.forward(torch.ones(1, *beams.image_shape)).clamp_min(1e-3)
    of_columns = beams.adjoint(torch.ones_like(data)).clamp_min(1e-3)
    image, kept = torch.zeros(1, *beams.image_shape), []
    for iteration in range(1, max(_SIRT) + 1):
        image = image + beams.adjoint((data - beams.forward(image)) / of_rows) / of_columns
        image = image.clamp(0, 1)
        if iteration in _SIRT:
            kept.append(scan.picture(image.numpy(), (0, 0))[0])
    return kept


def main() -> None:
    """Print a row for each task and method."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", default=[*TASKS, "tomography"])
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--images", type=int, default=len(_IMAGES))
    asked = parser.parse_args()
    images = [
        _middle(read_image(SHARED / "data" / "set12" / f"{number:02}.png").pixels, asked.side)
        for number in _IMAGES[: asked.images]
    ]
    print("| task | method | PSNR | seconds |\n|---|---|---|---|")
    for name in asked.tasks:
        rows = _tomography(images) if name == "tomography" else _rows(TASKS[name], images)
        for method, values in rows.items():
            score, seconds = np.median(values, axis=0)
            print(f"| {name} | {method} | {score:.2f} | {seconds:.1f} |", flush=True)


def _middle(image: Image, side: int) -> Image:
    top, left = ((length - side) // 2 for length in image.shape)
    return image[top : top + side, left : left + side]


if __name__ == "__main__":
    main()
