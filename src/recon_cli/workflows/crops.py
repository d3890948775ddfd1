"""Random training crops from images held in memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

SCALES = (1.0, 0.9, 0.8, 0.7)


def pyramid(images: Sequence[NDArray[np.float32]], smallest: int) -> list[Tensor]:
    """Return the images at the scales of the paper, as far as a crop still fits.

    Args:
        images: `(height, width)` in [0, 1] each.
        smallest: side of a crop in pixels.
    """
    levels = []
    for image in images:
        full = torch.from_numpy(image)
        for scale in SCALES:
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


def random_crops(levels: Sequence[Tensor], count: int, size: int, generator: torch.Generator) -> Tensor:
    """Draw crops, each turned and mirrored at random.

    Args:
        levels: images to draw from, each with the same chance.
        count: number of crops.
        size: their side in pixels.
        generator: source of chance.

    Returns:
        `(count, size, size)` in [0, 1].
    """

    def draw(bound: int) -> int:
        return int(torch.randint(bound, (), generator=generator))

    crops = []
    for _ in range(count):
        image = levels[draw(len(levels))]
        top, left = draw(image.shape[0] - size + 1), draw(image.shape[1] - size + 1)
        crop = image[top : top + size, left : left + size].rot90(draw(4))
        crops.append(crop.flip(1) if draw(2) else crop)
    return torch.stack(crops)
