"""Reconstruct the planes of a picture: colours together, some planes at once, large planes in tiles."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...engine.domain import Box
from ...errors import ReconError
from ...reconstruction import Reconstruction, combined, reconstruct
from ..images.camera import Camera
from ..memory import amount, ran_out_of_memory
from .colour import COLOURS, SOLVED_ASIDE, Bounds, denoise_colour
from .tiles import OVERLAP, Tile, smallest, tiles

if TYPE_CHECKING:
    from ...priors.footprint import Footprint
    from ...priors.prior import PreparedPrior, Prior
    from ...solver import Solver
    from ..file_workflow import Follow
    from .noise import Hollow, Planes

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
    camera: Camera = _DIRECT,
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
        camera: what it made of the image.

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
    colours, alone = colour == "joint" and channels == COLOURS, len(kinds) == 1
    copies = _copies(noisy, np.bincount(kind_of), colours) * camera.factor**2
    planes_of = _PlaneSolver(prior, camera.solver(solver), memory, copies, follow, camera)
    images = noisy if alone else np.empty((count, channels, *_grown(noisy, camera)), np.float32)
    for index, kind in enumerate(kinds):
        levels, box, there = kind[:channels], (float(kind[-2]), float(kind[-1])), kind_of == index
        planes = noisy if alone else noisy[there]
        planes_of.holes = holes if holes is None or alone else holes[there]
        if colours and levels.all():
            done = denoise_colour(planes, levels, planes_of, box)
        else:
            done = _by_channel(planes, levels, planes_of, box)
        if alone:
            images = done
        else:
            images[there] = done
    return planes_of.result(images, time.perf_counter() - started)


def _by_channel(planes: Planes, levels: NDArray[np.float64], planes_of: _PlaneSolver, box: Bounds) -> Planes:
    """Solve each channel by itself, those of one level together."""
    if len(set(levels)) == 1 and levels.all():
        if planes_of.holes is not None:
            planes_of.holes = planes_of.holes.repeat(len(levels), 0)
        every = planes.reshape(-1, *planes.shape[2:])
        solved = planes_of(every, float(levels[0]), box)
        return solved.reshape(*planes.shape[:2], *solved.shape[1:])
    done = planes_of.camera.on_grid(planes).copy()
    for channel, level in enumerate(levels):
        if level:
            done[:, channel] = planes_of(planes[:, channel], float(level), box)
    return done


def _grown(planes: Planes, camera: Camera) -> tuple[int, int]:
    """Return height and width of the images that data belong to."""
    return camera.factor * planes.shape[-2], camera.factor * planes.shape[-1]


def _copies(noisy: Planes, counts: NDArray[np.int64], colours: bool) -> int:
    """Return the bytes of planes that are there during the solver, besides the picture and its result.

    Args:
        noisy: see `denoise_picture`.
        counts: planes of each noise level.
        colours: whether three channels are denoised together.
    """
    largest = int(counts.max()) * noisy[0].nbytes
    share = 2.0 if len(counts) > 1 else 0.0  # those of a level, before and after
    if colours:
        share += SOLVED_ASIDE
    return math.ceil(share * largest)


@dataclass
class _PlaneSolver:
    """Reconstructs planes of one size, and remembers how.

    Where memory runs out it begins again with half as many pixels at once.
    """

    prior: Prior
    solver: Solver
    memory: int
    copies: int
    follow: Follow | None
    camera: Camera
    holes: Hollow = None
    """Of all planes, or of those of a channel, which come one channel after the other."""
    most: float = math.inf
    shortages: int = 0
    tiles: int = 1
    parts: list[Reconstruction] = field(default_factory=list)

    def __call__(self, planes: Planes, sigma: float, box: Bounds) -> Planes:
        """Reconstruct `(n, height, width)`."""
        prepared = self.prior.prepare("denoise", self.camera.level(sigma), self.solver)
        footprint = self.camera.footprint(prepared.footprint)
        while True:
            done = len(self.parts)
            try:
                return self._solve(planes, sigma, Box(None, *box), prepared)
            except RuntimeError as error:
                if not ran_out_of_memory(error):
                    raise
            del self.parts[done:]
            self.shortages += 1
            height, width = planes.shape[1:]
            together = len(planes) * footprint.area(height, width)
            self.most = min(self.most, self._pixels(footprint), together) // 2
            if self.most < smallest(height, width, footprint.frame, self._overlap):
                raise ReconError("the memory of the device does not suffice for the smallest tiles")

    def _pixels(self, footprint: Footprint) -> int:
        """Return how many pixels the memory allows to be solved together."""
        return footprint.pixels(self.memory - self.copies)

    @property
    def _overlap(self) -> int:
        """Of tiles, in pixels of the data."""
        return OVERLAP + self.camera.reach

    def _solve(self, planes: Planes, sigma: float, box: Box, prepared: PreparedPrior) -> Planes:
        height, width = planes.shape[1:]
        footprint = self.camera.footprint(prepared.footprint)
        least = smallest(height, width, footprint.frame, self._overlap)
        if self._pixels(footprint) < least:
            needed = amount(self.copies + footprint.bytes(least))
            raise ReconError(
                f"{footprint.of} takes at least {needed} of memory, and {amount(self.memory)} are allowed; "
                "allow more with --memory, or take a smaller model",
                2,
            )
        pixels = int(min(self.most, self._pixels(footprint)))
        images = np.empty((len(planes), *_grown(planes, self.camera)), np.float32)
        count = max(1, pixels // footprint.area(height, width))
        cut = list(tiles(height, width, pixels, footprint.frame, self._overlap))
        self.tiles = max(self.tiles, len(cut))
        for start in range(0, len(planes), count):
            stop = min(start + count, len(planes))
            group = [f"planes {start + 1} to {stop} of {len(planes)}"] if len(planes) > count else []
            for number, tile in enumerate(cut, start=1):
                part = [f"tile {number} of {len(cut)}"] if len(cut) > 1 else []
                words = ", ".join(group + part)
                for some, measured in self._alike(start, stop, tile):
                    taken = np.ascontiguousarray(planes[some, *tile.reach], np.float32)
                    own, inner = tile.scaled(self.camera.factor)
                    if measured is not None and not measured.any():
                        images[some, *own] = self.camera.on_grid(taken[None])[0][:, *inner]
                        continue
                    measurement = self.camera.measurement(taken, measured, box, sigma)
                    callback = self.follow and self.follow(words, prepared.used.tolerance)
                    # the solver's codes go before the next ones come: the footprint counts them once
                    done = replace(
                        reconstruct(measurement, prepared, self.solver, callback=callback), solution=None
                    )
                    shape = (taken.shape[1], taken.shape[2])
                    images[some, *own] = self.camera.picture(np.asarray(done.image), shape)[:, *inner]
                    self.parts.append(replace(done, image=images[:0]))  # the sums alone are kept
        return images

    def _alike(self, start: int, stop: int, tile: Tile) -> Iterator[tuple[slice, Hollow]]:
        """Yield planes next to each other with the same holes in a tile, and which pixels were measured."""
        if self.holes is None:
            yield slice(start, stop), None
            return
        numbers = [plane % len(self.holes) for plane in range(start, stop)]
        masks = [~self.holes[number][tile.reach] for number in numbers]
        first = start
        for plane in range(start + 1, stop + 1):
            mask = masks[first - start]
            if plane == stop or (masks[plane - start] != mask).any():
                yield slice(first, plane), None if mask.all() else mask
                first = plane

    def result(self, planes: Planes, seconds: float) -> Reconstruction:
        """Return the picture."""
        whole = {} if self.tiles == 1 else {"objective": None}
        return combined(
            self.parts, planes, seconds=seconds, tiles=self.tiles, shortages=self.shortages, **whole
        )
