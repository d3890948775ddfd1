"""The slices of a scan, ready to be reconstructed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, gaussian_filter

from ...engine.domain import Box
from ...errors import ReconError
from ..images.detail import of_slices
from .corrections import estimate_noise, find_axis, is_whole, without_rings
from .scan import ParallelScan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...engine.measurement import Measurement
    from ...solver import Solver
    from .projections import Projections, Values

_SMOOTHED = 2.0
"""Pixels of the Gaussian that takes noise and streaks out of the backprojection."""
_BRIGHT, _TARGET = 0.999, 0.8
"""Quantile that stands for the maximum, and where it is mapped to."""
_EDGE = 6
"""Pixels beside the edge of what is seen, where slices end."""
_HIGHEST = 5.0
"""Largest value of a pixel there: metal in a body shall not be cut."""
_LEAST = 1e-3
"""Noise that is assumed where none is found, of the largest line integral."""


@dataclass(frozen=True)
class Asked:
    """What the user says of a scan.

    Attributes:
        angles: in degrees.
        center: column of the axis; None is the middle of the detector.
        finds_axis: whether it is found from the projections instead.
        sigma: noise level in units of the line integrals; None estimates it.
        relative: whether sigma is a share of the largest line integral.
        rings: whether rings are removed.
        given: the values of the image that become 0 and 1, or None.
    """

    angles: tuple[float, ...]
    center: float | None = None
    finds_axis: bool = False
    sigma: float | None = None
    relative: bool = False
    rings: bool = False
    given: tuple[float, float] | None = None


@dataclass(frozen=True)
class Study:
    """The slices of a scan.

    Attributes:
        scan: how they were seen.
        values: line integrals in units where bright pixels are near 1, `(slices, angles, bins)`.
        sigma: noise level of the line integrals, in their own units.
        spans: what became 0 and 1 of the image.
        box: what a pixel may be, in units where bright pixels are near 1.
        said: what was found, in words.
        weights: by which the noise of the line integrals is multiplied to be white, of their shape; None
            where it is.
    """

    scan: ParallelScan
    values: Values
    sigma: float
    spans: tuple[float, float]
    box: Box
    said: str
    weights: Values | None = None

    def __len__(self) -> int:
        """Return the number of slices."""
        return len(self.values)

    @property
    def level(self) -> float:
        """Noise level whose strengths suit, in 8-bit grey levels."""
        return self.scan.level(self._noise)

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of what is solved, larger than a slice."""
        return self.scan.beams.image_shape

    @property
    def field(self) -> NDArray[np.bool_]:
        """The disc that is seen from every angle."""
        return self.scan.field

    @property
    def facts(self) -> Mapping[str, Any]:
        """What was found, for a line of JSON."""
        return {
            "slices": len(self),
            "angles": len(self.scan.angles),
            "bins": self.scan.bins,
            "axis": self.scan.axis,
            "noise": self.sigma,
            "range": list(self.spans),
        }

    def solver(self, solver: Solver) -> Solver:
        """Return the solver with the tolerance that is usual, where none was given."""
        return self.scan.solver(solver)

    @property
    def _noise(self) -> float:
        return 255 * self.sigma / (self.spans[1] - self.spans[0])

    def measurement(self, frame: int) -> Measurement:
        """Return the measurement of a slice."""
        weights = None if self.weights is None else self.weights[frame]
        found = self.scan.measurement(self.values[frame : frame + 1], weights, self.box, self._noise)
        return replace(found, scale=1 / (self.spans[1] - self.spans[0]))

    def pictures(self, images: NDArray[Any]) -> NDArray[np.float32]:
        """Return the slices of images in the units of the data, 0 outside the disc that all angles see.

        Args:
            images: of the operator, `(slices, height, width)`, as `reconstruct` gives them.
        """
        pictures = self.scan.picture(images, (0, 0)) + np.float32(self.spans[0])
        return np.where(self.scan.field, pictures, 0).astype(np.float32)


def prepare(projections: Projections, asked: Asked, name: str) -> Study:
    """Return the slices of a scan, with axis, noise and range of values known.

    Args:
        projections: line integrals.
        asked: what the user says.
        name: of the file, for messages.

    Raises:
        ReconError: when something cannot be found, or is no place on the detector.
    """
    values = without_rings(projections.values) if asked.rings else projections.values
    bins = values.shape[-1]
    if asked.finds_axis:
        axis = find_axis(values, asked.angles)
        words = f"axis found in column {axis:.2f}"
    elif asked.center is None:
        axis, words = (bins - 1) / 2, "axis in the middle"
    else:
        axis, words = asked.center, f"axis in column {asked.center:g}"
    scan = ParallelScan(angles=asked.angles, bins=bins, axis=axis)
    scan = replace(scan, is_whole=is_whole(values, scan.beside))
    if scan.is_whole:
        words += ", nothing outside the disc that all angles see"
    largest = float(values.max())
    if asked.sigma is None:
        found = estimate_noise(values, projections.weights)
        sigma = max(found, _LEAST * largest)
        words += (
            f", noise {sigma:.4g} found" if sigma == found else f", hardly any noise, {sigma:.4g} assumed"
        )
    else:
        sigma = asked.sigma * largest if asked.relative else asked.sigma
        words += f", noise {sigma:.4g}"
    words += f" ({sigma / largest:.2%} of the largest line integral)" if largest > 0 else ""
    if projections.weights is not None:
        words += f", rays weighted from {projections.weights.min():.2g} to {projections.weights.max():.2g}"
    low, high = asked.given or (0.0, _brightest(scan, values, name) / _TARGET)
    if low:
        constant = scan.beams.forward(_square(scan))[0].numpy()
        values = (values - low * constant).astype(np.float32)
    box = Box(high=1.0 if asked.given else _HIGHEST)
    spans = "--range" if asked.given else "what is bright"
    words += f", {low:.4g} to {high:.4g} by {spans}"
    values = values / np.float32(high - low)
    scan = replace(scan, detail=_detail(scan, values, 255 * sigma / (high - low)))
    return Study(scan, values, sigma, (low, high), box, words, projections.weights)


def _detail(scan: ParallelScan, values: Values, sigma: float) -> float:
    """Return the factor of the level that suits the slices; the edge of what is seen is none of them."""
    white = np.random.default_rng(0).standard_normal(values.shape[1:]).astype(np.float32)
    first, noise = (
        np.concatenate(
            [scan.picture(scan.beams.start(torch.from_numpy(p)[None]).numpy(), (0, 0)) for p in planes]
        )
        for planes in (values, white[None])
    )
    return of_slices(first, noise[0], binary_erosion(scan.field, iterations=_EDGE), sigma)


def _brightest(scan: ParallelScan, values: Values, name: str) -> float:
    """Return the value of the brightest pixels of all slices, but for a few, by filtered backprojection."""
    largest = 0.0
    for plane in values:
        image = scan.picture(scan.beams.start(torch.from_numpy(plane)[None]).numpy(), (0, 0))[0]
        smooth = gaussian_filter(image, _SMOOTHED)[scan.field]
        largest = max(largest, float(np.quantile(smooth, _BRIGHT)))
    if largest <= 0:
        raise ReconError(
            f"{name} holds no line integrals of an object: their backprojection is nowhere positive; data of "
            "light that passed through need --flat"
        )
    return largest


def _square(scan: ParallelScan) -> torch.Tensor:
    """Return an image of 1 in the picture, 0 in the frame around."""
    image = torch.zeros(1, *scan.beams.image_shape)
    image[:, *scan.place((0, 0))] = 1
    return image
