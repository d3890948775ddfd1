"""Projections as files have them: which axis is which, and line integrals of what passed through."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ...files.images import read_picture
from .precision import precision_of

if TYPE_CHECKING:
    from ...files.images import Picture

Values = NDArray[np.float32]
_EDGE = 0.02
"""Share of the bins at either end that see air where the object is as narrow as the detector."""
_BRIGHTER = 1.1


class Projections(NamedTuple):
    """The projections of a file.

    Attributes:
        values: line integrals, `(slices, angles, bins)`.
        said: how they were understood, in words.
        warnings: sentences for the user.
        weights: by which the noise of the values is multiplied to be white, of their shape, their mean square
            1; None where it is.
    """

    values: Values
    said: str
    warnings: tuple[str, ...]
    weights: Values | None = None


@dataclass(frozen=True)
class Fields:
    """What the detector saw without the object, and without light.

    Attributes:
        flat: file, or None for data that are line integrals.
        dark: file, or None for zero; only with `flat`.
    """

    flat: Path | None = None
    dark: Path | None = None


def projections_of(picture: Picture, angles: int, fields: Fields) -> Projections:
    """Return the line integrals in a picture.

    A plane holds the angles of a slice as its rows; or where there are as many planes as angles, and not as
    many rows, all slices at one angle.

    Args:
        picture: as its file stores it.
        angles: how many there are.
        fields: of the detector.

    Raises:
        ReconError: when the axes do not fit, or values are not finite or all zero.
    """
    planes = _planes(picture)
    count, rows, bins = planes.shape
    if rows != angles and count != angles:
        raise ReconError(_misfit(picture.name, planes.shape, angles))
    by_angle = rows != angles
    if by_angle:
        planes = np.ascontiguousarray(planes.swapaxes(0, 1))
    said = f"{len(planes)} slice{'s' if len(planes) > 1 else ''}, {angles} angles, {bins} bins"
    said += ", a plane for each angle" if by_angle else ""
    if fields.flat is None:
        return Projections(planes, said, _doubts(planes))
    flat = _field(fields.flat, planes, by_angle)
    dark = _field(fields.dark, planes, by_angle) if fields.dark else np.zeros_like(flat)
    light = flat - dark
    if not (light > 0).all():
        raise ReconError(
            f"{fields.flat} is not brighter than the dark field in {int((light <= 0).sum())} of its "
            f"{light.size} values"
        )
    passed = (planes - dark) / light
    positive = passed > 0
    if not positive.any():
        raise ReconError(f"{picture.name} is nowhere brighter than the dark field")
    lost = 1 - float(positive.mean())
    floor = float(passed[positive].min()) / 2
    warnings = (f"{100 * lost:.2g} % of the values are not brighter than the dark field",) if lost else ()
    values = -np.log(np.maximum(passed, floor))
    return Projections(values, f"{said}, by the flat field", warnings, precision_of(values))


def _planes(picture: Picture) -> Values:
    if picture.colour:
        raise ReconError(f"{picture.name} is a colour image; projections are grey")
    values = picture.changing()
    planes = values.reshape(-1, *values.shape[-2:]).astype(np.float32)
    if not np.isfinite(planes).all():
        raise ReconError(f"{picture.name} has NaN or infinite values")
    if not planes.any():
        raise ReconError(f"{picture.name} is zero everywhere: nothing was measured")
    return planes


def _misfit(name: str, shape: tuple[int, ...], angles: int) -> str:
    count, rows, bins = shape
    if bins == angles:
        return (
            f"the rows of {name} are not the angles: it has {rows} rows and {bins} columns, and there are "
            f"{angles} angles; give its transpose"
        )
    planes = f"{count} planes of " if count > 1 else ""
    return (
        f"{name} has {planes}{rows} rows, and --angles gives {angles} angles; a row of a sinogram belongs to "
        "an angle, and STOP itself is none"
    )


def _field(path: Path, planes: Values, by_angle: bool) -> Values:
    """Return a field, the mean of its exposures, that goes with `(slices, angles, bins)`."""
    field = _planes(read_picture(path))
    slices, _, bins = planes.shape
    if field.shape[-1] != bins:
        raise ReconError(f"{path} has {field.shape[-1]} columns, and the projections have {bins} bins")
    if by_angle and field.shape[1] == slices:
        return field.mean(0)[:, None]
    if not by_angle and len(field) == slices > 1:
        return field.mean(1)[:, None]
    mean: Values = field.mean((0, 1))
    return mean


def _doubts(planes: Values) -> tuple[str, ...]:
    """Return what is to be said of line integrals that look like light."""
    bins = planes.shape[-1]
    wide = max(1, round(_EDGE * bins))
    edges = float(np.concatenate((planes[..., :wide], planes[..., -wide:]), -1).mean())
    middle = float(planes[..., bins // 4 : -(bins // 4) or None].mean())
    if middle > 0 and edges > _BRIGHTER * middle:
        return (
            "the projections are brighter at their ends than in the middle, as light is that passed through; "
            "with --flat line integrals are made of it",
        )
    return ()
