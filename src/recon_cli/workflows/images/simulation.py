"""Data that a camera would have of an image that is known."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from ...files.images.enlarged import reduced
from ...files.images.picture import Format, Picture
from ...files.images.values import choose_span, to_planes, with_planes
from ...files.images.write import dtype_for
from .camera import Camera


def simulate(image: NDArray[np.float32], camera: Camera, sigma: float, seed: int = 0) -> NDArray[np.float32]:
    """Return what a camera makes of an image, with noise.

    Args:
        image: `(height, width)`, intensities; a multiple of the camera's factor.
        camera: of the data.
        sigma: noise level, in 8-bit grey levels.
        seed: of the noise.
    """
    data = seen(image, camera)
    noise = np.random.default_rng(seed).standard_normal(data.shape)
    return (data + sigma / 255 * noise).astype(np.float32)


def seen(image: NDArray[np.float32], camera: Camera) -> NDArray[np.float32]:
    """Return what a camera makes of an image, without noise.

    Beyond its border the image goes on as its mirror image, which nobody reconstructs it by.

    Args:
        image: `(height, width)`, intensities; a multiple of the camera's factor.
        camera: of the data.
    """
    shape = (image.shape[0] // camera.factor, image.shape[1] // camera.factor)
    operator, (rows, columns) = camera.operator(shape), camera.place(shape)
    around = [
        (own.start, whole - own.stop)
        for own, whole in zip((rows, columns), operator.image_shape, strict=True)
    ]
    field = torch.from_numpy(np.pad(image, around, "symmetric"))[None]
    data: NDArray[np.float32] = operator.forward(field)[0].numpy()
    return data


def some_pixels(shape: tuple[int, int], missing: float, seed: int) -> NDArray[np.bool_]:
    """Return which pixels have data, by chance."""
    return np.random.default_rng((seed, 1)).random(shape) >= missing


def simulate_picture(
    picture: Picture, target: Format, camera: Camera, sigma: float, missing: float, seed: int
) -> tuple[Picture, NDArray[np.bool_] | None]:
    """Return a picture as a camera has it, in the type of the true one, and which pixels have data.

    Args:
        picture: the true one; rows and columns that make no whole coarse pixel are left out.
        target: format that the data are written in.
        camera: of the data.
        sigma: noise level, in 8-bit grey levels.
        missing: share of the pixels without data, the same of all planes.
        seed: of noise and holes; each plane and colour has noise of its own.

    Raises:
        ReconError: when the picture does not suit the camera or the format.
    """
    camera.check(picture.name, (picture.changing().shape[-2], picture.changing().shape[-1]))
    dtype = dtype_for(picture, target, None)
    span = choose_span(picture)
    planes, coarse = to_planes(picture, span), reduced(picture, camera.factor)
    height, width = (length // camera.factor for length in planes.shape[-2:])
    whole = planes[..., : camera.factor * height, : camera.factor * width]
    data = np.empty((*planes.shape[:2], height, width), np.float32)
    for number, index in enumerate(np.ndindex(planes.shape[:2])):
        data[index] = simulate(whole[index], camera, sigma, seed + number)
    held = None
    if missing:
        held = some_pixels((height, width), missing, seed)
        data *= held
    return with_planes(coarse, data, span, dtype), held
