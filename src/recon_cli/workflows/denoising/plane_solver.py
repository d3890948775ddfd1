"""Solve planes of one size within the memory that is allowed: some at once, large ones in tiles."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...engine.domain import Box
from ...errors import ReconError
from ...reconstruction import Reconstruction, combined, reconstruct
from ..images.coloured import ColouredCamera
from ..memory import amount, give_back, ran_out_of_memory
from .mirror import Mirror
from .noise import POWER
from .noise_spectrum import Correlation, whitener
from .tiles import OVERLAP, Tile, smallest, tiles

if TYPE_CHECKING:
    from ...priors.footprint import Footprint
    from ...priors.prior import PreparedPrior, Prior
    from ...solver import Solver
    from ..file_workflow import Follow
    from ..images.camera import Camera, Weighted
    from .colour import Bounds, Mixed
    from .noise import Planes


class _Part(NamedTuple):
    """What is solved at once: a tile of some planes."""

    planes: slice
    tile: Tile
    weights: Weighted
    words: str


@dataclass
class PlaneSolver:
    """Reconstructs planes of one size, and remembers how.

    Where memory runs out it begins again with half as many pixels at once.
    """

    prior: Prior
    solver: Solver
    memory: int
    copies: int
    follow: Follow | None
    camera: Camera
    correlation: Correlation | None = None
    weights: Weighted = None
    """Of all planes, or of those of a channel, which come one channel after the other."""
    most: float = math.inf
    shortages: int = 0
    tiles: int = 1
    extended: tuple[int, int] | None = None
    parts: list[Reconstruction] = field(default_factory=list)

    def __call__(self, planes: Planes, sigma: float, box: Bounds, mixed: Mixed | None = None) -> Planes:
        """Reconstruct `(n, height, width)`.

        Args:
            planes: intensities.
            sigma: the noise level.
            box: least and largest intensity.
            mixed: of what colours they were mixed.

        Raises:
            ReconError: as `reconstruct`, and when the memory is too small for the smallest tile.
        """
        sigma, prepared = self._prepared(planes, sigma, mixed)
        weights, small = self.weights, None
        if min(planes.shape[1:]) < prepared.smallest:
            small = Mirror.up_to(planes.shape[1], planes.shape[2], prepared.smallest)
            planes, self.extended = small.extended(planes), small.shape
            weights = None if weights is None else small.extended(weights)
        camera, footprint = self.camera, self.camera.footprint(prepared.footprint)
        pixels, before = self._at_once(planes, footprint), len(self.parts)
        images = np.empty((len(planes), *grown(planes, camera)), np.float32)
        while True:
            try:
                for part in self._cut(planes, weights, footprint, pixels):
                    taken = np.ascontiguousarray(planes[part.planes, *part.tile.reach], np.float32)
                    own, inner = part.tile.scaled(camera.factor)
                    if part.weights is not None and not part.weights.any():
                        images[part.planes, *own] = camera.on_grid(taken[None])[0][:, *inner]
                        continue
                    measurement = camera.measurement(taken, part.weights, Box(None, *box), sigma)
                    callback = self.follow and self.follow(part.words, prepared.used.tolerance)
                    done = reconstruct(measurement, prepared, self.solver, callback=callback)
                    # the solver's codes go before the next ones come: the footprint counts them once
                    done = replace(done, solution=None)
                    image = camera.picture(np.asarray(done.image), taken.shape[1:])
                    images[part.planes, *own] = image[:, *inner]
                    self.parts.append(replace(done, image=images[:0]))  # the sums alone are kept
                    if self.tiles > 1:
                        give_back()
                return images if small is None else small.own(images, camera.factor)
            except RuntimeError as error:
                if not ran_out_of_memory(error):
                    raise
            del self.parts[before:]
            pixels = self._fewer(planes, footprint)

    def _prepared(self, planes: Planes, sigma: float, mixed: Mixed | None) -> tuple[float, PreparedPrior]:
        """Return the noise level that planes are solved for, and the prior at it.

        Where the noise is correlated it chooses a camera.
        """
        spectrum = None if self.correlation is None else self.correlation.of(planes, self.weights)
        if self.correlation is not None and spectrum is not None:
            self.camera = ColouredCamera(taps=whitener(spectrum, POWER))
            if mixed and self.correlation.spectrum is None:
                # the noise of colours may be correlated, too
                sigma = round(255 * math.sqrt(spectrum.mean()) * self.correlation.ratio, 6)
        weight = 1.0
        if mixed == "difference":
            sigma, weight = self.prior.smooth_level(sigma, self.solver, spectrum is None)
        self.camera = self.camera.seeing(planes, None if self.weights is None else self.weights[0], sigma)
        return sigma, self.prior.prepare("denoise", self.camera.level(sigma), self.solver, weight)

    def _pixels(self, footprint: Footprint) -> int:
        """Return how many pixels the memory allows to be solved together."""
        return footprint.pixels(self.memory - self.copies)

    @property
    def _overlap(self) -> int:
        """Of tiles, in pixels of the data."""
        return OVERLAP + self.camera.reach

    def _at_once(self, planes: Planes, footprint: Footprint) -> int:
        """Return how many pixels are solved together at most."""
        height, width = planes.shape[1:]
        least = smallest(height, width, footprint.frame, self._overlap)
        if self._pixels(footprint) < least:
            needed = amount(self.copies + footprint.bytes(least))
            raise ReconError(
                f"{footprint.of} takes at least {needed} of memory, and {amount(self.memory)} are allowed; "
                "allow more with --memory, or take a smaller model",
                2,
            )
        return int(min(self.most, self._pixels(footprint)))

    def _fewer(self, planes: Planes, footprint: Footprint) -> int:
        """Return how many are solved together where the memory did not suffice: half as many."""
        self.shortages += 1
        height, width = planes.shape[1:]
        together = len(planes) * footprint.area(height, width)
        self.most = min(self.most, self._pixels(footprint), together) // 2
        if self.most < smallest(height, width, footprint.frame, self._overlap):
            raise ReconError("the memory of the device does not suffice for the smallest tiles")
        return int(self.most)

    def _cut(self, planes: Planes, weights: Weighted, footprint: Footprint, pixels: int) -> Iterator[_Part]:
        """Yield what is solved at once: tiles of planes next to each other."""
        height, width = planes.shape[1:]
        count = max(1, pixels // footprint.area(height, width))
        cut = list(tiles(height, width, pixels, footprint.frame, self._overlap))
        self.tiles = max(self.tiles, len(cut))
        for start in range(0, len(planes), count):
            stop = min(start + count, len(planes))
            group = [f"planes {start + 1} to {stop} of {len(planes)}"] if len(planes) > count else []
            for number, tile in enumerate(cut, start=1):
                part = [f"tile {number} of {len(cut)}"] if len(cut) > 1 else []
                for some, of_tile in _alike(weights, start, stop, tile):
                    yield _Part(some, tile, of_tile, ", ".join(group + part))

    def result(self, planes: Planes, seconds: float) -> Reconstruction:
        """Return the picture."""
        whole = {} if self.tiles == 1 else {"objective": None}
        return combined(
            self.parts,
            planes,
            seconds=seconds,
            tiles=self.tiles,
            shortages=self.shortages,
            extended=self.extended,
            **whole,
        )


def _alike(weights: Weighted, start: int, stop: int, tile: Tile) -> Iterator[tuple[slice, Weighted]]:
    """Yield planes next to each other with the same weights in a tile, and these."""
    if weights is None:
        yield slice(start, stop), None
        return
    numbers = [plane % len(weights) for plane in range(start, stop)]
    masks = [np.ascontiguousarray(weights[number][tile.reach]) for number in numbers]
    first = start
    for plane in range(start + 1, stop + 1):
        mask = masks[first - start]
        if plane == stop or (masks[plane - start] != mask).any():
            yield slice(first, plane), None if (mask == 1).all() else mask
            first = plane


def grown(planes: Planes, camera: Camera) -> tuple[int, int]:
    """Return height and width of the images that data belong to."""
    return camera.factor * planes.shape[-2], camera.factor * planes.shape[-1]
