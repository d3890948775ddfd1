"""Denoise the planes of a picture: colours together, some planes at once, large planes in tiles."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from .colour import denoise_colour
from .memory import ran_out_of_memory
from .tiles import SMALLEST, tiles

if TYPE_CHECKING:
    from ...engine.result import Callback
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
        memory: what the solver may take, in bytes.
        colour: whether three channels are denoised together.
        follow: what is told before some planes are solved.

    Raises:
        ReconError: as the method, and when the memory is too small for the smallest tile.
    """
    started = time.perf_counter()
    solver = _PlaneSolver(method, memory // method.bytes_a_pixel, follow)
    images = np.empty_like(noisy)
    for sigma in np.unique(sigmas):
        members = np.flatnonzero(sigmas == sigma)
        some = noisy if len(members) == len(noisy) else noisy[members]
        if colour == "joint":
            images[members] = denoise_colour(some, float(sigma), solver)
        else:
            images[members] = solver(some.reshape(-1, *some.shape[2:]), float(sigma)).reshape(some.shape)
    return solver.result(images, time.perf_counter() - started)


@dataclass
class _PlaneSolver:
    """Denoises planes of one size, and remembers how.

    Where memory runs out it begins again with half as many pixels at once.
    """

    method: Method
    pixels: int
    follow: Follow | None
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
            self.pixels = min(self.pixels, planes.size) // 2
            if self.pixels < min(SMALLEST, planes[0].size):
                raise ReconError("the memory of the device does not suffice for the smallest tiles")

    def _denoise(self, planes: Planes, sigma: float) -> Planes:
        height, width = planes.shape[1:]
        images = np.empty_like(planes)
        count = max(1, self.pixels // (height * width))
        cut = list(tiles(height, width, self.pixels))
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
