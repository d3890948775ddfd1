"""What a result leaves of the data: noise, if the model of the noise and that of the image are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..images.simulation import seen
from .noise import POWER

if TYPE_CHECKING:
    from ..images.camera import Camera
    from .noise import Hollow, Planes, White


def residual_of(white: White, images: Planes, camera: Camera, holes: Hollow) -> NDArray[np.float32] | None:
    """Return data minus what the camera makes of the result, in standard deviations of the noise.

    Args:
        white: the data, with noise of known levels.
        images: the result in the same intensities, `(planes, channels, height, width)`.
        camera: what it made of the image; beyond its border the result goes on as its mirror image.
        holes: pixels without data, `(planes, height, width)`.

    Returns:
        Of the middle plane, `(channels, height, width)`, NaN at holes; None where it was left as it is.
    """
    number = len(images) // 2
    sigmas = white.sigmas[number].astype(np.float32)
    if not sigmas.all():
        return None
    predicted = np.stack([seen(image, camera) for image in images[number]])
    residual = 255 * (white.planes[number] - predicted) / sigmas[:, None, None]
    if white.weights is not None:
        residual *= white.weights[number] ** (1 / POWER)  # as much noisier as the map says
    if holes is not None:
        residual[:, holes[number]] = np.nan
    return residual.astype(np.float32)
