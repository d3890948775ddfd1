"""K-space of an ISMRMRD file as slices, on the grid that its header wants images on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .geometry import affine_of
from .ismrmrd_frames import Frames
from .ismrmrd_grid import Grid
from .ismrmrd_header import Encoding
from .samples import Details, Stored
from .space import along_readout, cut_readout, fitted

LAYOUT = "ISMRMRD HDF5"
_NO_STACK = "by their headers the slices are no stack at equal steps, so the result has no position"
Noise = NDArray[np.complex128] | None
Calibration = NDArray[np.complex64] | None


def as_slices(
    grid: Grid, calibration: Calibration, encoding: Encoding, frames: Frames, noise: Noise
) -> Stored:
    """Return a 2-D acquisition, without the oversampling of its readouts where these are complete.

    Args:
        grid: its k-space, of one partition.
        calibration: for coil maps alone, or None.
        encoding: its grids.
        frames: which images these are.
        noise: covariance of the coils' noise.
    """
    samples, masks = grid.samples[:, :, :, 0], grid.masks[:, :, 0]
    extra = None if calibration is None else calibration[:, :, 0]
    width = samples.shape[-1]
    field = field_of(encoding, 0)
    if field < width and (masks == masks[..., :1]).all():
        flat = cut_readout(samples.reshape(-1, *samples.shape[2:]), field)
        samples, width = flat.reshape(*samples.shape[:-1], field), field
        masks = masks[..., :field]
        extra = None if extra is None else cut_readout(extra, field)
    wanted = (encoding.recon.matrix[1], encoding.recon.matrix[0])
    space = ((field_of(encoding, 1), field), wanted)
    stays = space == (samples.shape[-2:], samples.shape[-2:])
    details = replace(details_of(encoding, frames, 1), calibration=extra, space=None if stays else space)
    masks = masks.reshape(-1, *masks.shape[2:])
    if (masks == masks[0]).all():
        masks = masks[:1]
    return Stored(
        samples, letters_of(frames), LAYOUT, masks, None, voxel_of(encoding, frames), noise, details
    )


def as_volume(
    grid: Grid, calibration: Calibration, encoding: Encoding, frames: Frames, noise: Noise
) -> Stored:
    """Return a 3-D acquisition, transformed along its readouts, as slices across them.

    Args:
        grid: its k-space, of one slab.
        calibration: for coil maps alone, or None.
        encoding: its grids.
        frames: which images these are.
        noise: covariance of the coils' noise.
    """
    field, matrix = field_of(encoding, 0), encoding.recon.matrix[0]
    samples = _across(grid.samples[0], field, matrix)
    extra = None if calibration is None else _across(calibration, field, matrix)[:, 0]
    masks = grid.masks[0]
    complete = (masks == masks[..., :1]).all()
    # (series, z, y), of all columns
    planes = masks.any(-1).swapaxes(-1, -2)
    every = planes[:1] if (planes == planes[0]).all() else np.tile(planes, (len(samples), 1, 1))
    height, depth = samples.shape[-2:]
    space = (
        (field_of(encoding, 1), field_of(encoding, 2)),
        (encoding.recon.matrix[1], encoding.recon.matrix[2]),
    )
    remark = "readouts end before the border of k-space, which blurs the result along them"
    details = replace(
        details_of(encoding, frames, encoding.recon.matrix[2]),
        calibration=extra,
        space=None if space == ((height, depth), (height, depth)) else space,
        volume=True,
        words={**series_word(frames), "s": "readout", "x": "z"},
        remarks=() if complete else (remark,),
    )
    if noise is not None:
        noise = noise * min(1.0, matrix / field)
    return Stored(
        samples,
        letters_of(frames, volume=True),
        LAYOUT,
        every,
        None,
        voxel_of(encoding, frames),
        noise,
        details,
    )


def _across(samples: NDArray[np.complex64], field: int, matrix: int) -> NDArray[np.complex64]:
    """Transform `(frames, coils, z, y, x)` along x to `(matrix, frames, coils, y, z)`."""
    frames, coils, depth, height, _ = samples.shape
    slices = np.empty((matrix, frames, coils, height, depth), np.complex64)
    for frame, volume in enumerate(samples):
        for coil, readouts in enumerate(volume):
            columns = fitted(along_readout(readouts), -1, field, matrix)
            slices[:, frame, coil] = columns.transpose(2, 1, 0)
    return slices


def field_of(encoding: Encoding, axis: int) -> int:
    """Return how many pixels of the encoded grid the field of view that is wanted has."""
    matrix, wanted = encoding.encoded.matrix[axis], encoding.recon.matrix[axis]
    encoded, field = encoding.encoded.field[axis], encoding.recon.field[axis]
    if not encoded or not field:
        return wanted
    return max(1, round(matrix * field / encoded))


def voxel_of(encoding: Encoding, frames: Frames) -> tuple[float, float, float] | None:
    """Return the size of the pixels that are wanted, in mm, `(z, y, x)`; None where it is not known."""
    x, y, z = (
        field / matrix for field, matrix in zip(encoding.recon.field, encoding.recon.matrix, strict=True)
    )
    if not x or not y:
        return None
    if frames.placement is not None and frames.placement.step is not None:
        z = float(np.linalg.norm(frames.placement.step))
    return z or 1.0, y, x


def details_of(encoding: Encoding, frames: Frames, depth: int) -> Details:
    """Return where images lie and what they are called.

    Args:
        encoding: their grids.
        frames: which images these are.
        depth: slices of a volume, 1 for slices that lie where they say.
    """
    voxel, placement = voxel_of(encoding, frames), frames.placement
    x, y, _ = encoding.recon.matrix
    affine = None
    if voxel is not None and placement is not None:
        affine = affine_of(placement, voxel, (depth, y, x))
    remarks = (_NO_STACK,) if placement is None and len(frames.slices) > 1 else ()
    if (np.diff(frames.slices.astype(int)) < 0).any():
        numbers = ", ".join(map(str, frames.slices))
        remarks = (f"slices are sorted by position, their numbers are {numbers}",)
    return Details(affine, names=frames.names, words=series_word(frames), remarks=remarks)


def series_word(frames: Frames) -> dict[str, Any]:
    """Return what the images of a slice differ in, as a word for their axis."""
    return {"t": " and ".join(frames.varying)} if frames.varying else {}


def letters_of(frames: Frames, *, volume: bool = False) -> str:
    """Return the letters of `(slices, series, coils, y, x)`."""
    slices, series = frames.shape
    several = volume or (slices, series) != (1, 1)
    return ("s" if several else "1") + ("t" if series > 1 else "1") + "cyx"
