"""Readouts that lie on no grid, made ready: radial and spiral ones, with their trajectory."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.operators.nonuniform import NonUniform
from ...errors import ReconError
from ...files.kspace.trajectory import matrix_of
from ...files.trajectories import read_coordinates
from .measurement import ImageModel, Readouts, measure
from .noise import KSpaceNoise, noise_of_samples
from .sampling import Undersampling
from .simulate import transform
from .study import Maps, Study, prepare

if TYPE_CHECKING:
    from ...engine.measurement import Measurement
    from ...files.kspace.samples import KSpace

_NEAR = 0.6
"""Distance to a sample, in cycles per field of view, within which a place of the grid counts as sampled."""


@dataclass(frozen=True)
class ReadoutStudy(Study):
    """Frames of readouts; the samples of a `Study` are what they make on a grid, for maps, phase and scale.

    Attributes:
        readouts: `(coils, samples)` of each frame.
        operators: of each frame, or one for all.
    """

    readouts: tuple[NDArray[np.complex64], ...] = ()
    operators: tuple[NonUniform, ...] = ()

    def measurement(self, frame: int) -> Measurement:
        """Return the measurement of a frame, see `Study`."""
        operator, maps = _of(self.operators, frame), self.coil_maps(frame)
        gridded = self.samples[frame] * self.mask(frame)
        noise = self.noise_beside(gridded, None, maps)
        roots = operator.roots.numpy().astype(np.float32)
        if noise is not None:
            # as at the border of k-space, where samples are sparse and penalties matter
            noise = replace(noise, level=noise.level * float(roots.max()))
        return measure(
            gridded,
            self.mask(frame),
            image=self.image,
            fft=self.fft,
            maps=maps,
            scale=self.scale,
            noise=noise,
            bound=self.bound,
            readouts=Readouts(operator, self.readouts[frame] * roots),
            coils=self.coils,
        )

    def evened(self, residual: NDArray[np.float32]) -> NDArray[np.float32]:
        """See `Study`: samples were multiplied by the roots, and so was their noise."""
        roots = self.operators[0].roots.numpy().astype(np.float32)
        return residual.reshape(-1, 1, len(roots)) / (roots / roots.max())

    def keeping(self, used: NDArray[np.bool_]) -> Self:
        """Return the first frame with some of its samples alone, `(samples,)`."""
        operator, readouts = self.operators[0], self.readouts[0][:, used]
        places, shape = operator.cycles[torch.from_numpy(used)].numpy(), operator.image_shape
        left = NonUniform(places, shape, even=True)
        mask, gridded = _near(places, shape), _gridded(left, readouts)
        return replace(self, samples=gridded[None], masks=mask[None], readouts=(readouts,), operators=(left,))

    def alone(self, frame: int) -> Self:
        """Return a frame as a study, see `Study`."""
        one = super().alone(frame)
        return replace(one, readouts=(self.readouts[frame],), operators=(_of(self.operators, frame),))


def with_trajectory(measured: KSpace, path: Path | None) -> KSpace:
    """Return k-space with the trajectory of a file, which it has to fit, or with its own.

    Raises:
        ReconError: when the file cannot be read, does not suit, or is in other units.
    """
    if path is None:
        return measured
    if measured.details.trajectory is not None:
        raise ReconError("the file of k-space has a trajectory of its own; leave --trajectory out", 2)
    readouts, samples = measured.samples.shape[2:]
    coordinates = read_coordinates(path, (readouts, samples))
    details = replace(
        measured.details,
        trajectory=coordinates[None],
        matrix=matrix_of(coordinates, f"the trajectory {path}"),
    )
    return replace(
        measured, details=details, axes=measured.axes.replace("y ", "readout ").replace("x ", "sample ")
    )


def prepare_readouts(
    measured: KSpace,
    *,
    maps: Maps = None,
    image: ImageModel | Literal["auto"] = "auto",
    scale: float | None = None,
    noise: KSpaceNoise | float | None = None,
    series: int = 1,
    most_coils: int | None = None,
) -> Study:
    """Decide what the user left open, as `prepare` does of Cartesian k-space.

    Args:
        measured: with a trajectory and a matrix.
        maps: see `prepare`.
        image: see `prepare`.
        scale: see `prepare`.
        noise: see `prepare`.
        series: see `prepare`.
        most_coils: see `prepare`.

    Raises:
        ReconError: when the package that it needs is missing, or as `prepare` does.
    """
    try:
        import finufft  # noqa: F401
    except ImportError as error:
        raise ReconError("readouts with a trajectory need another package: pip install finufft") from error
    trajectory, shape = measured.details.trajectory, measured.details.matrix
    assert trajectory is not None
    assert shape is not None
    frames = len(measured.samples)
    mask = np.ones(measured.samples.shape[2:], bool) if measured.mask is None else measured.mask
    masks = np.broadcast_to(mask, (frames, *mask.shape[-2:]))
    places = np.broadcast_to(trajectory, (frames, *trajectory.shape[1:]))
    same = len(trajectory) == 1 and (masks == masks[0]).all()
    operators, grids = [], []
    for frame in range(1 if same else frames):
        operators.append(NonUniform(places[frame][masks[frame]], shape, even=True))
        grids.append(_near(places[frame][masks[frame]], shape))
    readouts = tuple(samples[:, taken] for samples, taken in zip(measured.samples, masks, strict=True))
    gridded = np.stack([_gridded(_of(operators, frame), samples) for frame, samples in enumerate(readouts)])
    if not isinstance(noise, KSpaceNoise):
        found = _noise_of(readouts[frames // 2], _of(operators, frames // 2))
        noise = found if noise is None else found.at_level(noise)
    study = prepare(
        gridded,
        Undersampling(np.stack(grids)),
        maps=maps,
        image=image,
        scale=scale,
        noise=noise,
        series=series,
        most_coils=most_coils,
    )
    held = {each.name: getattr(study, each.name) for each in fields(Study)}
    return ReadoutStudy(**held, readouts=readouts, operators=tuple(operators))


def _of(each: tuple[NonUniform, ...] | list[NonUniform], frame: int) -> NonUniform:
    return each[frame if len(each) > 1 else 0]


def _gridded(operator: NonUniform, samples: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """Return the k-space of images that readouts make, `(coils, height, width)`."""
    images = operator.start(torch.from_numpy(samples) * operator.roots.float()).numpy()
    return np.asarray(transform(images, "centered"), np.complex64)


def _near(places: NDArray[np.floating[Any]], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the places of the grid beside a sample, `(height, width)`."""
    from scipy.spatial import cKDTree

    rows, columns = (np.arange(length) - length // 2 for length in shape)
    grid = np.stack(np.meshgrid(rows, columns, indexing="ij"), -1)
    distance, _ = cKDTree(places).query(grid.reshape(-1, 2), distance_upper_bound=_NEAR)
    return np.asarray(distance.reshape(shape) < _NEAR)


def _noise_of(samples: NDArray[np.complex64], operator: NonUniform) -> KSpaceNoise:
    radius = (operator.phases / (2 * np.pi)).norm(dim=1).numpy()[None]
    return noise_of_samples(samples[:, None], np.ones(radius.shape, bool), True, radius)
