"""What a network is trained for beside noise: crops as the cameras and scanners of the program see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ...engine.measurement import Measurement
from ...engine.operators.kernels import gaussian, motion
from ...tasks import TaskName
from ..images.blurred import BlurredCamera
from ..images.camera import Camera
from ..images.inpainting import HollowCamera
from ..images.simulation import simulate, some_pixels
from ..mri.masks import generate_mask
from ..mri.measurement import measure
from ..mri.noise import KSpaceNoise
from ..mri.simulate import birdcage
from ..mri.simulate import simulate as simulate_kspace
from ..seen import seen_by
from ..tomography.projections import Projections
from ..tomography.simulate import simulate_scan
from ..tomography.study import Asked, prepare

Crop = NDArray[np.float32]
Chance = np.random.Generator

_TRIES = 100
_BLURRED = 0.7
"""Share of the blurs that are Gaussian, the others motion."""
_COILS = (1, 1, 4, 8)


def measured(task: TaskName, clean: Tensor, seed: int, levels: Sequence[float]) -> Measurement:
    """Return a measurement of a crop, with what its data have by chance: blur, mask, angles, noise.

    Args:
        task: what it is for; not `denoise`.
        clean: `(height, width)` in [0, 1].
        seed: of chance.
        levels: rising noise levels, of 255; data whose strengths are those of a level beyond them are drawn
            anew.

    Raises:
        ValueError: when no data need such a level.
    """
    rng, crop = np.random.default_rng(seed), np.ascontiguousarray(clean.cpu().numpy())
    for _ in range(_TRIES):
        found = _MADE[task](crop, rng)
        if found.sigma is not None and levels[0] <= found.sigma <= levels[-1]:
            return found.to(clean.device)
    raise ValueError(f"no data of {task} need a noise level in {levels}")


def _deconvolve(clean: Crop, rng: Chance) -> Measurement:
    turned = float(rng.uniform(0, 180))
    is_gaussian = rng.random() < _BLURRED
    kernel = gaussian(_between(rng, 0.7, 2.6)) if is_gaussian else motion(_between(rng, 5, 15), turned)
    return _seen(BlurredCamera(kernel=kernel), clean, _between(rng, 0.5, 8), rng)


def _upscale(clean: Crop, rng: Chance) -> Measurement:
    camera = BlurredCamera(kernel=gaussian(_between(rng, 0.6, 1.5), 0.5), factor=2)
    return _seen(camera, clean, _between(rng, 0.3, 5), rng)


def _inpaint(clean: Crop, rng: Chance) -> Measurement:
    held = some_pixels(clean.shape, float(rng.uniform(0.2, 0.75)), _seed(rng))
    return _seen(HollowCamera(), clean, _between(rng, 1, 30), rng, held)


def _tomography(clean: Crop, rng: Chance) -> Measurement:
    count = round(_between(rng, 0.12, 0.5) * len(clean))
    angles = tuple(180 / count * np.arange(count))
    made = simulate_scan(clean[None], angles, _between(rng, 0.003, 0.03), seed=_seed(rng))
    study = prepare(Projections(made.values, "", ()), Asked(angles, sigma=made.sigma), "sinogram")
    return study.measurement(0)


def _mri(clean: Crop, rng: Chance) -> Measurement:
    """Return k-space of an image with a smooth phase."""
    pattern: Literal["radial", "cartesian", "random"] = rng.choice(["radial", "cartesian", "random"])
    mask = generate_mask(pattern, len(clean), clean.shape[1], _between(rng, 0.15, 0.5), _seed(rng))
    y, x = (np.linspace(-1, 1, length) for length in clean.shape)
    turns = np.stack([along + 0 * clean for along in (x, y[:, None], x * y[:, None], x**2, y[:, None] ** 2)])
    image = clean * np.exp(1j * np.tensordot(rng.normal(scale=(1, 1, 0.5, 0.5, 0.5)), turns, 1))
    coils, noise = int(rng.choice(_COILS)), _between(rng, 0.005, 0.08)
    maps = birdcage(coils, clean.shape).astype(np.complex64) if coils > 1 else None
    seen = image[None] if maps is None else maps * image
    samples = simulate_kspace(seen, mask, 255 * noise, seed=_seed(rng))
    return measure(samples, mask, image="complex", maps=maps, noise=KSpaceNoise(noise, None, ""))


_MADE: Mapping[TaskName, Callable[[Crop, Chance], Measurement]] = {
    "deconvolve": _deconvolve,
    "upscale": _upscale,
    "inpaint": _inpaint,
    "tomography": _tomography,
    "mri": _mri,
}


def errors(measurement: Measurement, planes: Tensor, clean: Tensor) -> Tensor:
    """Return the errors of the wanted picture, `(1, height, width)`; of a complex image of its magnitude.

    Args:
        measurement: of one image, see `measured`.
        planes: `(planes, height, width)`, as solvers give them.
        clean: `(height, width)`.
    """
    image = measurement.images(planes)
    picture = measurement.wanted(image.abs() if image.is_complex() else image)
    return picture - (clean if measurement.within is None else clean * measurement.within)


def _seen(
    camera: Camera, clean: Crop, sigma: float, rng: Chance, held: NDArray[np.bool_] | None = None
) -> Measurement:
    """Return what a camera sees with noise of 8-bit grey levels."""
    data = simulate(clean, camera, sigma, seed=_seed(rng))
    return seen_by(camera, data if held is None else data * held, held, sigma).measurement


def _between(rng: Chance, low: float, high: float) -> float:
    """Draw a number whose logarithm is uniform."""
    return float(low * (high / low) ** rng.random())


def _seed(rng: Chance) -> int:
    return int(rng.integers(2**31))
