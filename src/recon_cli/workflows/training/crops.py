"""Random training crops from images held in memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def pyramid(images: Sequence[NDArray[np.float32]], scales: Sequence[float], smallest: int) -> list[Tensor]:
    """Return the images at several scales, as far as a crop still fits.

    Args:
        images: `(height, width)` in [0, 1] each.
        scales: sizes relative to the image's.
        smallest: side of a crop in pixels.
    """
    levels = []
    for image in images:
        full = torch.from_numpy(image)
        for scale in scales:
            height, width = (round(length * scale) for length in image.shape)
            if min(height, width) < smallest:
                continue
            if scale == 1.0:
                levels.append(full)
                continue
            resized = torch.nn.functional.interpolate(
                full[None, None], (height, width), mode="bicubic", antialias=True
            )
            levels.append(resized[0, 0].clamp(0, 1))
    return levels


def inner(images: Tensor, margin: int) -> Tensor:
    """Return `(batch, height, width)` without so many places at each edge."""
    return images[:, margin : images.shape[1] - margin, margin : images.shape[2] - margin]


def random_crops(
    levels: Sequence[Tensor], count: int, size: int, generator: torch.Generator, flips: bool = True
) -> Tensor:
    """Draw crops.

    Args:
        levels: images to draw from, each with the same chance.
        count: number of crops.
        size: their side in pixels.
        generator: source of chance.
        flips: turn and mirror each at random.

    Returns:
        `(count, size, size)` in [0, 1].
    """

    def draw(bound: int) -> int:
        return int(torch.randint(bound, (), generator=generator))

    crops = []
    for _ in range(count):
        image = levels[draw(len(levels))]
        top, left = draw(image.shape[0] - size + 1), draw(image.shape[1] - size + 1)
        crop = image[top : top + size, left : left + size]
        if flips:
            crop = crop.rot90(draw(4))
            crop = crop.flip(1) if draw(2) else crop
        crops.append(crop)
    return torch.stack(crops)
