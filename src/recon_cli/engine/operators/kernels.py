"""Kernels of blurs: what a camera makes of a point of light, normalised and centred."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Taps = NDArray[np.float64]
_GAUSSIAN = 4.0
"""Standard deviations that a Gaussian reaches."""
_RINGS = 5
"""Radii of the first dark ring that an Airy pattern reaches: 96 % of the light."""
_PARTS = 9
"""Of a pixel in each direction, over which the light is averaged where an edge goes through it."""
_FIRST_RING = 0.61


@dataclass(frozen=True)
class Kernel:
    """A kernel whose sum is 1, with its origin.

    Data are taken at the pixels of the image (`shift` 0), or between them, as those of a coarse picture of a
    fine image in the middle of its 2 x 2 pixels (`shift` 0.5).

    Attributes:
        taps: `(rows, columns)`.
        shift: of the data from the pixels of the image, in pixels.
        centre: row and column that light comes from; the centre of mass of what is positive.
        origin: row and column of the tap that belongs to the pixel, or to the next where there is a shift.
    """

    taps: Taps
    shift: float = 0.0
    centre: tuple[float, float] = field(init=False)
    origin: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        """Normalise the taps and find their centre.

        Raises:
            ValueError: when they have another number of axes, are not finite, or their sum is not positive.
        """
        taps = np.asarray(self.taps, np.float64)
        if taps.ndim != 2 or not taps.size:
            raise ValueError(f"it has the shape {taps.shape}, and a kernel has rows and columns")
        if not np.isfinite(taps).all():
            raise ValueError("it has NaN or infinite values")
        if not taps.any():
            raise ValueError("it is zero everywhere")
        total = float(taps.sum())
        if total <= 0:
            raise ValueError(f"its values have the sum {total:.4g}, which has to be positive")
        positive = taps.clip(min=0)
        weights = positive / positive.sum()
        row, column = (
            float((weights * index).sum())
            for index in np.meshgrid(*map(np.arange, taps.shape), indexing="ij")
        )
        object.__setattr__(self, "taps", taps / total)
        object.__setattr__(self, "centre", (row, column))
        # halves are rounded up: the centre of mass of an even symmetric kernel lies between two taps
        origin = (math.floor(centre + self.shift + 0.5 + 1e-9) for centre in (row, column))
        object.__setattr__(self, "origin", tuple(origin))

    @property
    def reach(self) -> int:
        """How many pixels of the image a datum depends on in one direction, at most."""
        sizes = zip(self.taps.shape, self.origin, strict=True)
        return max(max(abs(origin), abs(size - 1 - origin)) for size, origin in sizes)


def gaussian(sigma: float, shift: float = 0.0) -> Kernel:
    """Return a Gaussian.

    Args:
        sigma: standard deviation in pixels.
        shift: see `Kernel`.
    """
    along = np.exp(-0.5 * (_places(_GAUSSIAN * sigma, shift) / sigma) ** 2)
    return Kernel(np.outer(along, along), shift)


def airy(aperture: float, wavelength: float, pixel: float, shift: float = 0.0) -> Kernel:
    """Return the diffraction pattern of a circular aperture, averaged over pixels.

    Args:
        aperture: numerical aperture of the lens.
        wavelength: of the light.
        pixel: side of a pixel of the image in the object, in the same unit.
        shift: see `Kernel`.
    """
    from scipy.special import j1

    ring = first_ring(aperture, wavelength) / pixel

    def light(rows: Taps, columns: Taps) -> Taps:
        phase = 2 * math.pi * aperture / wavelength * pixel * np.hypot(rows, columns)
        safe = np.maximum(phase, 1e-9)
        pattern: Taps = (2 * j1(safe) / safe) ** 2
        return pattern

    return _averaged(light, _RINGS * ring, shift)


def first_ring(aperture: float, wavelength: float) -> float:
    """Return the radius of the first dark ring of `airy`, in the unit of the wavelength."""
    return _FIRST_RING * wavelength / aperture


def disk(radius: float, shift: float = 0.0) -> Kernel:
    """Return an even disk, as of a lens that is out of focus.

    Args:
        radius: in pixels.
        shift: see `Kernel`.
    """
    return _averaged(lambda rows, columns: (np.hypot(rows, columns) <= radius).astype(float), radius, shift)


def motion(length: float, angle: float, shift: float = 0.0) -> Kernel:
    """Return the line that a point draws while a shaken camera exposes.

    Args:
        length: of the line in pixels.
        angle: in degrees, from the right, counter-clockwise.
        shift: see `Kernel`.
    """
    places = _places(length / 2 + 1, shift)
    along = np.linspace(-length / 2, length / 2, _PARTS * math.ceil(length) + 1)
    turned = math.radians(angle)
    rows, columns = -along * math.sin(turned), along * math.cos(turned)
    near = (np.maximum(1 - np.abs(places[:, None] - line), 0) for line in (rows, columns))  # linear weights
    down, across = near
    return Kernel(down @ across.T, shift)


def _places(reach: float, shift: float) -> Taps:
    """Return the places of taps, symmetric about 0, that reach so far at least."""
    off = shift % 1
    most = math.ceil(reach - off) + off
    return np.arange(-most, most + 0.5)


def _averaged(light: Callable[[Taps, Taps], Taps], reach: float, shift: float) -> Kernel:
    """Return the means over pixels of a function of row and column."""
    places = _places(reach + 0.5, shift)
    parts = (np.arange(_PARTS) + 0.5) / _PARTS - 0.5
    fine = (places[:, None] + parts).ravel()
    values = light(*np.meshgrid(fine, fine, indexing="ij"))
    size = len(places)
    return Kernel(values.reshape(size, _PARTS, size, _PARTS).mean((1, 3)), shift)
