"""Denoise the planes of a picture: colours together, some planes at once, large planes in tiles."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from .colour import SOLVED_ASIDE, denoise_colour
from .memory import amount, ran_out_of_memory
from .tiles import smallest, tiles

if TYPE_CHECKING:
    from ...engine.result import Callback
    from ..methods.footprint import Footprint
    from ..methods.method import Method, Outcome, Parameters

Colour = Literal["joint", "channels"]
Planes = NDArray[np.float32]
Follow = Callable[[str], "Callback"]
"""Takes words before some planes are solved together; gives the solver's callback."""


@dataclass(frozen=True)
class Setting:
    """What planes of one noise level were solved with.

    Attributes:
        sigma: noise level, of 255.
        model: name of the dictionary, or of a method without one.
        parameters: what was used.
        reweighted: whether its penalties were, see `Outcome`.
    """

    sigma: float
    model: str
    parameters: Parameters
    reweighted: bool = False


@dataclass(frozen=True)
class DenoisedPicture:
    """A denoised picture and how it came about.

    Attributes:
        planes: `(planes, channels, height, width)`, float32, in [0, 1].
        iterations: the most that any plane or tile took.
        objective: summed over all planes; None where tiles overlap, or the method has none.
        gap: certified relative duality gap, the largest of all planes or tiles; None without one.
        converged: whether every plane or tile met the stop rule.
        settings: one for each noise level; colours are solved at two.
        tiles: of the most finely cut plane.
        seconds: wall-clock time.
        device: where it ran.
        shortages: how often its memory ran out, after which tiles or groups of planes were smaller.
    """

    planes: Planes
    iterations: int
    objective: float | None
    gap: float | None
    converged: bool
    settings: tuple[Setting, ...]
    tiles: int
    seconds: float
    device: str
    shortages: int = 0


def denoise_picture(
    noisy: Planes,
    sigmas: NDArray[np.float64],
    method: Method,
    memory: int,
    colour: Colour = "joint",
    follow: Follow | None = None,
) -> DenoisedPicture:
    """Denoise all planes of a picture.

    Args:
        noisy: `(planes, channels, height, width)`, intensities in [0, 1] up to noise.
        sigmas: noise level of each plane, of 255, `(planes,)`.
        method: denoises grey planes.
        memory: what the solver and its copies of planes may take, in bytes, besides picture and result.
        colour: whether three channels are denoised together.
        follow: what is told before some planes are solved.

    Raises:
        ReconError: as the method, and when the memory is too small for the smallest tile.
    """
    started = time.perf_counter()
    levels, level_of = np.unique(sigmas, return_inverse=True)
    solver = _PlaneSolver(method, memory, _copies(noisy, np.bincount(level_of), colour), follow)

    def solve(planes: Planes, sigma: float) -> Planes:
        if colour == "joint":
            return denoise_colour(planes, sigma, solver)
        return solver(planes.reshape(-1, *planes.shape[2:]), sigma).reshape(planes.shape)

    if len(levels) == 1:
        images = solve(noisy, float(levels[0]))
    else:
        images = np.empty_like(noisy)
        for index, sigma in enumerate(levels):
            images[level_of == index] = solve(noisy[level_of == index], float(sigma))
    return solver.result(images, time.perf_counter() - started)


def _copies(noisy: Planes, counts: NDArray[np.int64], colour: Colour) -> int:
    """Return the bytes of planes that are there during the solver, besides the picture and its result.

    Args:
        noisy: see `denoise_picture`.
        counts: planes of each noise level.
        colour: see `denoise_picture`.
    """
    largest = int(counts.max()) * noisy[0].nbytes
    share = 2.0 if len(counts) > 1 else 0.0  # those of a level, before and after
    if colour == "joint":
        share += SOLVED_ASIDE.get(noisy.shape[1], 0.0)
    return math.ceil(share * largest)


@dataclass
class _PlaneSolver:
    """Denoises planes of one size, and remembers how.

    Where memory runs out it begins again with half as many pixels at once.
    """

    method: Method
    memory: int
    copies: int
    follow: Follow | None
    most: float = math.inf
    shortages: int = 0
    iterations: int = 0
    objective: float | None = 0.0
    gap: float | None = -np.inf
    converged: bool = True
    settings: dict[float, Setting] = field(default_factory=dict)
    tiles: int = 1
    device: str = ""

    def __call__(self, planes: Planes, sigma: float) -> Planes:
        """Denoise `(n, height, width)`."""
        while True:
            before = replace(self, settings=dict(self.settings))
            try:
                return self._denoise(planes, sigma)
            except RuntimeError as error:
                if not ran_out_of_memory(error):
                    raise
            vars(self).update(vars(before))
            self.shortages += 1
            height, width = planes.shape[1:]
            footprint = self.method.footprint(sigma)
            together = len(planes) * footprint.area(height, width)
            self.most = min(self.most, self._pixels(footprint), together) // 2
            if self.most < smallest(height, width, footprint.frame):
                raise ReconError("the memory of the device does not suffice for the smallest tiles")

    def _pixels(self, footprint: Footprint) -> int:
        """Return how many pixels the memory allows to be solved together."""
        return footprint.pixels(self.memory - self.copies)

    def _denoise(self, planes: Planes, sigma: float) -> Planes:
        height, width = planes.shape[1:]
        footprint = self.method.footprint(sigma)
        least = smallest(height, width, footprint.frame)
        if self._pixels(footprint) < least:
            needed = amount(self.copies + footprint.bytes(least))
            raise ReconError(
                f"{footprint.of} takes at least {needed} of memory, and {amount(self.memory)} are allowed; "
                "allow more with --memory, or take a smaller model",
                2,
            )
        pixels = int(min(self.most, self._pixels(footprint)))
        images = np.empty_like(planes)
        count = max(1, pixels // footprint.area(height, width))
        cut = list(tiles(height, width, pixels, footprint.frame))
        self.tiles = max(self.tiles, len(cut))
        for start in range(0, len(planes), count):
            stop = min(start + count, len(planes))
            group = [f"planes {start + 1} to {stop} of {len(planes)}"] if len(planes) > count else []
            for number, tile in enumerate(cut, start=1):
                part = [f"tile {number} of {len(cut)}"] if len(cut) > 1 else []
                done = self._solve(planes[start:stop, *tile.reach], sigma, ", ".join(group + part))
                images[start:stop, *tile.own] = done[:, *tile.inner]
        return images

    def _solve(self, planes: Planes, sigma: float, words: str) -> Planes:
        done = self.method.denoise(planes, sigma, self.follow and self.follow(words))
        self._remember(done, Setting(sigma, done.name, done.parameters, done.reweighted))
        return done.images

    def _remember(self, done: Outcome, setting: Setting) -> None:
        result = done.result
        self.iterations = max(self.iterations, result.iterations)
        values = None if self.tiles > 1 else (self.objective, result.objective)
        self.objective = None if values is None or None in values else sum(filter(None, values))
        self.gap = None if self.gap is None or result.gap is None else max(self.gap, result.gap)
        self.converged &= result.converged
        self.settings[setting.sigma] = setting
        self.device = done.device

    def result(self, planes: Planes, seconds: float) -> DenoisedPicture:
        """Return the picture."""
        return DenoisedPicture(
            planes,
            self.iterations,
            self.objective,
            self.gap,
            self.converged,
            tuple(self.settings.values()),
            self.tiles,
            seconds,
            self.device,
            self.shortages,
        )
