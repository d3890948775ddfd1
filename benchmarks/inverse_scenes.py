"""Measurements of pictures for the tasks of `inverse_problems.py`, and what others make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import skimage.data
import torch
from baseline import SHARED
from numpy.typing import NDArray
from scipy.ndimage import shift
from skimage.color import rgb2gray
from skimage.restoration import inpaint_biharmonic, richardson_lucy, unsupervised_wiener
from skimage.transform import iradon
from skimage.util import img_as_float32

from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators.kernels import gaussian, motion
from recon_cli.files.images import read_image
from recon_cli.quality.metrics import psnr
from recon_cli.solver import Solver
from recon_cli.workflows.images.blurred import BlurredCamera
from recon_cli.workflows.images.camera import Camera
from recon_cli.workflows.images.inpainting import HollowCamera
from recon_cli.workflows.images.simulation import simulate, some_pixels
from recon_cli.workflows.seen import seen_by
from recon_cli.workflows.tomography.projections import Projections
from recon_cli.workflows.tomography.scan import ParallelScan
from recon_cli.workflows.tomography.simulate import simulate_scan
from recon_cli.workflows.tomography.study import Asked, Study, prepare

Image = NDArray[np.float32]
SIDE = 256
SET12 = ("1", "3", "4", "5", "6", "7")
_ITERATIONS = (5, 10, 20, 40)
_SIRT = (10, 20, 40, 80, 160)
_ANGLES = 60


@dataclass(frozen=True)
class Task:
    """What is measured.

    Attributes:
        camera: of the data.
        sigma: noise level, in 8-bit grey levels.
        fields: names of the pictures of its own field.
        missing: share of the pixels without data.
    """

    camera: Camera
    sigma: float
    fields: tuple[str, str]
    missing: float = 0.0


TASKS = {
    "gaussian": Task(BlurredCamera(kernel=gaussian(1.6)), 2.0, ("cell", "hubble_deep_field")),
    "motion": Task(BlurredCamera(kernel=motion(9, 30)), 2.0, ("moon", "hubble_deep_field")),
    "inpaint": Task(HollowCamera(), 5.0, ("cell", "retina"), 0.5),
    "x2": Task(BlurredCamera(kernel=gaussian(1.0, 0.5), factor=2), 1.0, ("cell", "moon")),
}
FIELDS = {name: task.fields for name, task in TASKS.items()} | {"tomography": ("cell", "brain")}


@dataclass(frozen=True)
class Scene:
    """A measurement with its truth.

    Attributes:
        measurement: of the image.
        solver: with the tolerance that is usual.
        picture: makes a picture of the solution's image.
        score: PSNR of a picture, in dB.
        others: makes pictures by what others offer, by method; several where the best of them counts.
    """

    measurement: Measurement
    solver: Solver
    picture: Callable[[Image], Image]
    score: Callable[[Image], float]
    others: Callable[[], Iterator[tuple[str, Callable[[], list[Image]]]]]


def read_scene(task: str, image: str, level: Callable[[float], float] = lambda usual: usual) -> Scene:
    """Return a measurement of an image, the same each time.

    Args:
        task: of `FIELDS`.
        image: number of Set12, or name of a picture of scikit-image.
        level: takes the noise level whose strengths are usual to that which is tried.
    """
    clean, seed = _image(image), int(image) if image.isdigit() else 100 + len(image)
    return (_scan if task == "tomography" else _camera)(task, clean, seed, level)


def _image(name: str) -> Image:
    if name.isdigit() or name == "brain":
        place = f"set12/{int(name):02}.png" if name.isdigit() else "mri/brain.jpg"
        whole = read_image(SHARED / "data" / place)
    else:
        picture = getattr(skimage.data, name)()
        whole = img_as_float32(rgb2gray(picture) if picture.ndim == 3 else picture)
    top, left = ((length - SIDE) // 2 for length in whole.shape)
    return np.ascontiguousarray(whole[top : top + SIDE, left : left + SIDE], np.float32)


def _camera(name: str, clean: Image, seed: int, level: Callable[[float], float]) -> Scene:
    task = TASKS[name]
    data, held = simulate(clean, task.camera, task.sigma, seed=seed), None
    if task.missing:
        held = some_pixels(data.shape, task.missing, seed)
        data *= held
    usual = seen_by(task.camera, data, held, task.sigma).measurement
    measurement = replace(usual, sigma=level(usual.sigma), weight=(level(usual.sigma) / usual.sigma) ** 2)
    return Scene(
        measurement,
        task.camera.solver(Solver()),
        lambda image: task.camera.picture(image, (data.shape[0], data.shape[1]))[0],
        lambda picture: psnr(picture, clean),
        lambda: _others(task, data, held),
    )


def _others(
    task: Task, data: Image, held: NDArray[np.bool_] | None
) -> Iterator[tuple[str, Callable[[], list[Image]]]]:
    if held is not None:
        yield "biharmonic", lambda: [inpaint_biharmonic(data, ~held).clip(0, 1)]
    elif task.camera.factor > 1:
        yield "cubic", lambda: [task.camera.on_grid(data[None, None])[0, 0].clip(0, 1)]
    else:
        assert isinstance(task.camera, BlurredCamera)
        taps = task.camera.kernel.taps
        yield (
            "Richardson-Lucy",
            lambda: [richardson_lucy(data.clip(1e-3, 1), taps, count) for count in _ITERATIONS],
        )
        yield "Wiener", lambda: [unsupervised_wiener(data, taps, rng=0)[0].clip(0, 1)]


def _scan(name: str, clean: Image, seed: int, level: Callable[[float], float]) -> Scene:
    del name
    angles = tuple(180 / _ANGLES * np.arange(_ANGLES))
    made = simulate_scan(clean[None], angles, 0.01, seed=seed)
    study: Study = prepare(Projections(made.values, "", ()), Asked(angles, sigma=made.sigma), "sinogram")
    field = study.scan.field
    usual = study.measurement(0)
    measurement = replace(usual, sigma=level(usual.sigma), weight=(level(usual.sigma) / usual.sigma) ** 2)

    def others() -> Iterator[tuple[str, Callable[[], list[Image]]]]:
        yield "FBP", lambda: _backprojected(made.values[0], angles)
        yield "SIRT", lambda: _sirt(study.scan, made.values)

    return Scene(
        measurement,
        study.solver(Solver()),
        lambda image: study.pictures(image)[0],
        lambda picture: psnr(picture * field, clean * field),
        others,
    )


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
