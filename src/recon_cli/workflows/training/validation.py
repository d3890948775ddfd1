"""The images that choose a training's best step and its (beta, lam)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .tasks import measured

if TYPE_CHECKING:
    from ...engine.measurement import Measurement
    from ...tasks import TaskName

_MOST = 12
_SIDE = 128


class Pair(NamedTuple):
    """Middles of the validation images.

    Attributes:
        clean: `(images, side, side)` in [0, 1].
        noisy: the same with fixed noise.
        sigma: its level, of 255.
    """

    clean: Tensor
    noisy: Tensor
    sigma: float


class Scene(NamedTuple):
    """A validation image as a task has it.

    Attributes:
        measurement: see `tasks.measured`.
        clean: `(side, side)` in [0, 1].
    """

    measurement: Measurement
    clean: Tensor


def hold_out(
    images: list[NDArray[np.float32]],
) -> tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]]:
    """Split images into those that are trained on and those that validate.

    A tenth validates, spread over the list, at least 1 image and at most 12. A single image does both.
    """
    if len(images) == 1:
        return images, images
    count = min(_MOST, max(1, len(images) // 10))
    chosen = {round((i + 0.5) * len(images) / count - 0.5) for i in range(count)}
    training = [image for i, image in enumerate(images) if i not in chosen]
    return training, [images[i] for i in sorted(chosen)]


def validation_pair(images: list[NDArray[np.float32]], sigma: float, seed: int) -> Pair:
    """Return the middles of the images, as large as all have, with noise.

    Args:
        images: `(height, width)` each.
        sigma: noise level, of 255.
        seed: of the noise.
    """
    clean = torch.from_numpy(middles(images, _side(images)))
    noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(seed))
    return Pair(clean, clean + sigma / 255 * noise, sigma)


def validation_scenes(
    images: list[NDArray[np.float32]], task: TaskName, levels: Sequence[float], seed: int
) -> list[Scene]:
    """Return the middles of the images as a task has them.

    Args:
        images: `(height, width)` each.
        task: other than `denoise`.
        levels: see `tasks.measured`.
        seed: of what they are seen with by chance.
    """
    clean = torch.from_numpy(middles(images, _side(images)))
    return [Scene(measured(task, crop, seed + number, levels), crop) for number, crop in enumerate(clean)]


def _side(images: list[NDArray[np.float32]]) -> int:
    return min(_SIDE, *(min(image.shape) for image in images))


def middles(images: list[NDArray[np.float32]], side: int) -> NDArray[np.float32]:
    """Return the middles of images, `(images, side, side)`."""
    crops = []
    for image in images:
        top, left = ((length - side) // 2 for length in image.shape)
        crops.append(image[top : top + side, left : left + side])
    return np.stack(crops)
