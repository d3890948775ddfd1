"""What cameras and scans have of clean images, simulated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from ..images.simulation import simulate, some_pixels
from ..seen import Seen, seen_by, slice_of
from ..tomography.projections import Projections
from ..tomography.simulate import in_square, simulate_scan
from ..tomography.study import Asked, prepare
from .simulations import DRAW, Simulation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...engine.measurement import Measurement
    from ...files.named import Named
    from ...solver import Solver
    from ..images.camera import Camera


@dataclass(frozen=True)
class SeenImage(Simulation):
    """Data of an image; a subclass says whose."""

    @cached_property
    def seen(self) -> Seen:
        """The data, made once."""
        raise NotImplementedError

    @property
    def seed(self) -> int:
        """Of all chance."""
        return self.number + DRAW * self.draw

    def measure(self) -> Measurement:
        """See `Simulation`."""
        return self.seen.measurement

    def picture(self, images: NDArray[Any]) -> NDArray[Any]:
        """See `Simulation`."""
        return self.seen.picture(images)

    def solver(self, solver: Solver) -> Solver:
        """See `Simulation`."""
        return self.seen.solver(solver)


@dataclass(frozen=True)
class Photograph(SeenImage):
    """A picture of a camera.

    Attributes:
        camera: of the data.
        sigma: noise level, in 8-bit grey levels.
        missing: share of the pixels without data.
    """

    camera: Camera
    sigma: float
    missing: float

    @cached_property
    def seen(self) -> Seen:
        """See `SeenImage`."""
        data, held = simulate(self.clean, self.camera, self.sigma, self.seed), None
        if self.missing:
            held = some_pixels((data.shape[0], data.shape[1]), self.missing, self.seed)
            data *= held
        return seen_by(self.camera, data, held, self.sigma)


@dataclass(frozen=True)
class Scanned(SeenImage):
    """Projections of a slice, compared inside the disc that is seen from every angle.

    Attributes:
        angles: in degrees.
        noise: as a share of the largest line integral.
    """

    angles: tuple[float, ...]
    noise: float

    @cached_property
    def seen(self) -> Seen:
        """See `SeenImage`."""
        made = simulate_scan(self.clean[None], self.angles, self.noise, seed=self.seed)
        asked = Asked(self.angles, sigma=made.sigma or None)
        return slice_of(prepare(Projections(made.values, "", ()), asked, self.image), 0)


def photographs(
    images: Sequence[Named], camera: Camera, sigma: float, missing: float, draws: int
) -> list[Photograph]:
    """Return so many draws of the noise of each image, without rows and columns of no whole coarse pixel.

    Raises:
        ReconError: when an image does not suit the camera.
    """
    cut = []
    for image in images:
        height, width = (length // camera.factor for length in image.pixels.shape)
        camera.check(image.name, (height, width))
        cut.append(image.pixels[: camera.factor * height, : camera.factor * width])
    return [
        Photograph(image.name, number, draw, pixels, camera, sigma, missing)
        for draw in range(draws)
        for number, (image, pixels) in enumerate(zip(images, cut, strict=True))
    ]


def scanned(images: Sequence[Named], angles: tuple[float, ...], noise: float, draws: int) -> list[Scanned]:
    """Return so many draws of the noise of each slice, which is put into a square, see `in_square`."""
    slices = [in_square(image.pixels[None])[0] for image in images]
    return [
        Scanned(image.name, number, draw, pixels, angles, noise)
        for draw in range(draws)
        for number, (image, pixels) in enumerate(zip(images, slices, strict=True))
    ]
