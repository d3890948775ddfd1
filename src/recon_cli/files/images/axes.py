"""What a user says of the axes of an image."""

from __future__ import annotations

from dataclasses import replace

from ...errors import ReconError
from ..axis_letters import check_letters
from .picture import Picture

_NAMES = {
    "t": "time",
    "z": "slice",
    "c": "channel",
    "s": "sample of a pixel",
    "y": "rows",
    "x": "columns",
}
_MOST_SAMPLES = 4


def check_axes(letters: str) -> None:
    """Check the letters of a user, one for each axis of the stored array.

    They are `t` time, `z` slices, `c` channels, each with a range of its own, `s` the samples of a pixel
    (grey, grey and alpha, RGB, or RGB and alpha), `y` rows, `x` columns and `1` an axis of length one.

    Raises:
        ReconError: when a letter is unknown or doubled, or y or x is missing.
    """
    check_letters(letters, _NAMES)


def with_axes(picture: Picture, letters: str | None) -> Picture:
    """Return a picture whose axes are what the user says, see `check_axes`; without letters as it is.

    Raises:
        ReconError: when they do not fit its shape.
    """
    if letters is None:
        return picture
    shape = picture.array.shape
    if len(letters) != len(shape):
        raise ReconError(
            f"{picture.name} has {len(shape)} axes, {shape}, but the axes '{letters}' name {len(letters)}", 2
        )
    length = dict(zip(letters, shape, strict=True))
    for letter, length_of in zip(letters, shape, strict=True):
        if letter == "1" and length_of != 1:
            raise ReconError(f"the axes '{letters}' have 1 where {picture.name} has {length_of}, {shape}", 2)
    samples = length.get("s", 1)
    if samples > _MOST_SAMPLES:
        raise ReconError(
            f"the axes '{letters}' give {picture.name} {samples} samples for each pixel, and 1 to "
            f"{_MOST_SAMPLES} are grey or colours with alpha; slices are z, channels c",
            2,
        )
    axes = letters.replace("1", "q").upper()
    return replace(picture, axes=axes, colour=samples > 2, copied=int(samples in (2, 4)))
