"""The kernels that users name, a formula with its numbers or a file, and the cameras that have them."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from ...arguments import meant
from ...engine.operators.kernels import Kernel, airy, disk, first_ring, gaussian, motion
from ...errors import ReconError
from ...files.images import read_picture
from .blurred import BlurredCamera

_LARGEST = 256.0
"""Pixels that a formula's kernel may be wide at most."""
_COARSEST = 10.0
"""Pixel over the first dark ring of a diffraction pattern, from which on the unit is wrong: it is no blur."""

Align = Literal["middle", "corner"]


class _Formula(NamedTuple):
    make: Callable[..., Kernel]
    numbers: str
    positive: int
    """How many of the numbers have to be positive, from the first on."""
    half_width: Callable[..., float]
    """Of the kernel in pixels, about."""


_FORMULAS = {
    "gaussian": _Formula(gaussian, "SIGMA", 1, lambda sigma: 4 * sigma),
    "airy": _Formula(airy, "NA,WAVELENGTH,PIXEL", 3, lambda na, wave, pixel: 3 * wave / na / pixel),
    "motion": _Formula(motion, "LENGTH,ANGLE", 1, lambda length, _: length / 2),
    "disk": _Formula(disk, "RADIUS", 1, lambda radius: radius),
}
FORMULAS = ", ".join(f"{name}:{formula.numbers}" for name, formula in _FORMULAS.items())


class NamedKernel(NamedTuple):
    """A kernel and how it is told of.

    Attributes:
        kernel: normalised and centred.
        said: in words.
    """

    kernel: Kernel
    said: str


def named_kernel(text: str, option: str, shift: float = 0.0) -> NamedKernel:
    """Return the kernel that a text names.

    Args:
        text: as `gaussian:2.0`, or the name of a file.
        option: that it was given with, for the error.
        shift: of the data from the pixels of the image, see `Kernel`.

    Raises:
        ReconError: when it is neither, or no kernel.
    """
    name, colon, numbers = text.partition(":")
    formula = _FORMULAS.get(name) if colon else None
    if formula is None:
        return _read(text, option, shift)
    try:
        values = [float(number) for number in numbers.split(",")]
    except ValueError:
        values = []
    count = formula.numbers.count(",") + 1
    fits = len(values) == count and all(map(math.isfinite, values))
    if not (fits and all(value > 0 for value in values[: formula.positive])):
        raise ReconError(
            f"{option} {name} takes {name}:{formula.numbers} with "
            f"{'a positive number' if count == 1 else 'positive numbers'}, and is {text}",
            2,
        )
    if not formula.half_width(*values) <= _LARGEST / 2:
        raise ReconError(
            f"{option} {text} is wider than {_LARGEST:g} pixels; its lengths are in pixels, and those of "
            "airy have one unit",
            2,
        )
    if name == "airy":
        _check_unit(f"{option} {text}", values[2] / first_ring(values[0], values[1]))
    kernel = formula.make(*values, shift)
    rows, columns = kernel.taps.shape
    return NamedKernel(kernel, f"kernel {text} of {rows} x {columns} pixels, its sum 1")


def _check_unit(given: str, rings: float) -> None:
    """Raise a ReconError for a pixel of so many times the first dark ring, where that can be no blur."""
    if rings > _COARSEST:
        raise ReconError(
            f"{given} has a pixel of {rings:.3g} times the first dark ring, so its units differ; give "
            "wavelength and pixel in one, as 0.525,0.065 in micrometres or 525,65 in nanometres",
            2,
        )


def coarse_kernel(text: str | None, factor: int, align: Align) -> NamedKernel:
    """Return the blur before a coarse picture is taken.

    Args:
        text: as of `named_kernel`; None takes the mean of the pixels that a coarse one covers.
        factor: pixels of the image for one of the picture.
        align: where in the pixels that it covers a coarse one is taken.

    Raises:
        ReconError: see `named_kernel`.
    """
    shift = (factor - 1) / 2 if align == "middle" else 0.0
    where = "the middle" if align == "middle" else "the first"
    coarse = f"every pixel from {where} of {factor} x {factor}"
    if text is not None:
        kernel, said = named_kernel(text, "--kernel", shift)
        return NamedKernel(kernel, f"{said}, {coarse}")
    return NamedKernel(
        Kernel(np.ones((factor, factor)), shift), f"every pixel the mean of {factor} x {factor}"
    )


def _read(text: str, option: str, shift: float) -> NamedKernel:
    path = Path(text)
    if not path.exists():
        name = text.partition(":")[0]
        hint = "" if name in _FORMULAS else meant(name, _FORMULAS)
        raise ReconError(f"{option} {text} is no file and no formula{hint}; formulas are {FORMULAS}", 2)
    picture = read_picture(path)
    planes = picture.changing()
    if planes.size != planes.shape[-2] * planes.shape[-1]:
        raise ReconError(f"{text} has the shape {picture.array.shape}, and a kernel is one grey plane", 2)
    values = planes.reshape(planes.shape[-2:]).astype(np.float64)
    try:
        kernel = Kernel(values, shift)
    except ValueError as error:
        raise ReconError(f"{text} is no kernel: {error}") from error
    rows, columns = kernel.taps.shape
    row, column = kernel.centre
    (down, across), total = kernel.origin, values.sum()
    said = (
        f"kernel {text} of {rows} x {columns} pixels, its sum {total:.4g} made 1, its centre of mass "
        f"({row:.2f}, {column:.2f}) taken for row {down - shift:g}, column {across - shift:g}"
    )
    return NamedKernel(kernel, said)


def blurring(psf: str) -> BlurredCamera:
    """Return the camera of a point spread function, see `named_kernel`."""
    kernel, said = named_kernel(psf, "--psf")
    return BlurredCamera(kernel=kernel, said=said)


def coarsening(factor: int, kernel: str | None, align: Align) -> BlurredCamera:
    """Return the camera of coarse pictures, see `coarse_kernel`."""
    found, said = coarse_kernel(kernel, factor, align)
    return BlurredCamera(kernel=found, factor=factor, said=said)
