"""Reconstruct the planes of a picture: colours together, some planes at once, large planes in tiles."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...reconstruction import Reconstruction
from ..images.camera import Camera, Weighted
from .colour import COLOURS, SOLVED_ASIDE, Bounds, denoise_colour
from .plane_solver import PlaneSolver, grown

if TYPE_CHECKING:
    from ...priors.prior import Prior
    from ...solver import Solver
    from ..file_workflow import Follow
    from .noise import Hollow, Planes
    from .noise_spectrum import Correlation

Colour = Literal["joint", "channels"]
_DIRECT = Camera()


def denoise_picture(
    noisy: Planes,
    sigmas: NDArray[np.float64],
    prior: Prior,
    solver: Solver,
    memory: int,
    colour: Colour = "joint",
    follow: Follow | None = None,
    boxes: ArrayLike = (0.0, 1.0),
    holes: Hollow = None,
    weights: Planes | None = None,
    camera: Camera = _DIRECT,
    correlation: Correlation | None = None,
) -> Reconstruction:
    """Reconstruct all planes of a picture: denoise them, where the camera sees each pixel by itself.

    Args:
        noisy: `(planes, channels, height, width)`, intensities, in the box up to noise.
        sigmas: noise level of each plane, in 8-bit grey levels, `(planes,)`, or of each channel, `(planes,
            channels)`; what has 0 is left as it is, and not all have.
        prior: what is assumed of grey planes.
        solver: mode, tolerance, limits and device.
        memory: what the solver and its copies of planes may take, in bytes, besides picture and result.
        colour: whether three channels are denoised together.
        follow: what is told before some planes are solved.
        boxes: least and largest intensity of a pixel, of all planes or of each, `(planes, 2)`.
        holes: pixels that were not measured, which the prior fills, `(planes, height, width)`; what is there
            is where it has no data near.
        weights: of the other pixels in the data term, of the shape of the holes; None for 1.
        camera: what it made of the image.
        correlation: of the noise, where it is correlated; the camera is then that of denoising.

    Returns:
        The picture, of the shape of `noisy` times the camera's factor, float32, in the box; colours are
        solved at two noise levels.

    Raises:
        ReconError: as `reconstruct`, and when the memory is too small for the smallest tile.
    """
    started = time.perf_counter()
    count, channels = noisy.shape[:2]
    every = np.broadcast_to(np.asarray(sigmas, np.float64).reshape(count, -1), (count, channels))
    every = np.hstack((every, np.broadcast_to(np.asarray(boxes, np.float64), (count, 2))))
    kinds, kind_of = np.unique(every, axis=0, return_inverse=True)
    kind_of = kind_of.ravel()
    counting = _weights(holes, weights)
    colours, alone = colour == "joint" and channels == COLOURS, len(kinds) == 1
    copies = _copies(noisy, np.bincount(kind_of), colours) * camera.factor**2
    planes_of = PlaneSolver(prior, camera.solver(solver), memory, copies, follow, camera, correlation)
    images = noisy if alone else np.empty((count, channels, *grown(noisy, camera)), np.float32)
    for index, kind in enumerate(kinds):
        levels, box, there = kind[:channels], (float(kind[-2]), float(kind[-1])), kind_of == index
        planes = noisy if alone else noisy[there]
        planes_of.weights = counting if counting is None or alone else counting[there]
        if colours and levels.all():
            done = denoise_colour(planes, levels, planes_of, box)
        else:
            done = _by_channel(planes, levels, planes_of, box)
        if alone:
            images = done
        else:
            images[there] = done
    return planes_of.result(images, time.perf_counter() - started)


def _by_channel(planes: Planes, levels: NDArray[np.float64], planes_of: PlaneSolver, box: Bounds) -> Planes:
    """Solve each channel by itself, those of one level together."""
    if len(set(levels)) == 1 and levels.all():
        if planes_of.weights is not None:
            planes_of.weights = planes_of.weights.repeat(len(levels), 0)
        every = planes.reshape(-1, *planes.shape[2:])
        solved = planes_of(every, float(levels[0]), box)
        return solved.reshape(*planes.shape[:2], *solved.shape[1:])
    done = planes_of.camera.on_grid(planes).copy()
    for channel, level in enumerate(levels):
        if level:
            done[:, channel] = planes_of(planes[:, channel], float(level), box)
    return done


def _weights(holes: Hollow, weights: Planes | None) -> Weighted:
    """Return the weights of pixels in the data term, of holes none: numbers, or whether they have any."""
    if holes is None or weights is None:
        return weights if holes is None else ~holes
    return np.where(holes, np.float32(0), weights)


def _copies(noisy: Planes, counts: NDArray[np.int64], colours: bool) -> int:
    """Return the bytes of planes, so many of each level, that are there besides picture and result."""
    largest = int(counts.max()) * noisy[0].nbytes
    share = 2.0 if len(counts) > 1 else 0.0  # those of a level, before and after
    if colours:
        share += SOLVED_ASIDE
    return math.ceil(share * largest)
