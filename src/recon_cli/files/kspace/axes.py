"""What the axes of a stored array mean."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ...errors import ReconError
from ..axis_letters import check_letters

NUMPY_AXES = {2: "yx", 3: "cyx", 4: "scyx", 5: "tscyx"}
MATLAB_AXES = {2: "yx", 3: "yxc", 4: "yxcs", 5: "yxcst"}
_ORDERS = {3: ("cyx", "yxc"), 4: ("scyx", "yxcs", "syxc"), 5: ("tscyx", "yxcst")}
"""In which arrays are stored by others."""
_SIDE = 2
"""Times as many pixels along a side of an image as there are coils, at least, where all looks as usual."""
_SMALLEST = 16
"""Pixels along a side of an image, at least, of which it can be told that its axes look as usual."""
_NAMES = {"s": "slice", "t": "repetition", "c": "coil", "y": "y", "x": "x"}


def check_axes(letters: str) -> None:
    """Check the letters of a user.

    There is one for each axis of the stored array: `s` slice, `t` repetition, `c` coil, `y` rows,
    `x` columns, `1` an axis of length one.

    Raises:
        ReconError: when a letter is unknown or doubled, or y or x is missing.
    """
    check_letters(letters, _NAMES)


def default_axes(path: Path, shape: tuple[int, ...], defaults: Mapping[int, str]) -> str:
    """Return the letters of a stored array when the user gives none.

    Args:
        path: of the file, for the error.
        shape: of the array; with more axes than the defaults know, those of length one do not count.
        defaults: letters for each number of axes.

    Raises:
        ReconError: when no default fits.
    """
    if len(shape) in defaults:
        return defaults[len(shape)]
    longer = sum(length != 1 for length in shape)
    if len(shape) > max(defaults) and longer in defaults:
        letters = iter(defaults[longer])
        return "".join("1" if length == 1 else next(letters) for length in shape)
    raise ReconError(
        f"{path} has {len(shape)} axes, {shape}; {min(defaults)} to {max(defaults)} can be read, "
        "with rows and columns, coils and slices"
    )


def check_lengths(path: Path, shape: tuple[int, ...], letters: str) -> None:
    """Check letters that no user gave.

    Args:
        path: of the file, for the error.
        shape: of the array.
        letters: one for each axis.

    Raises:
        ReconError: when with another order the images are large and the coils few, and so they are not.
    """
    orders = _ORDERS.get(len(shape), ())
    likely = next((order for order in orders if _usual(shape, order, _SMALLEST)), None)
    if letters not in orders or likely is None or _usual(shape, letters):
        return
    length = dict(zip(letters, shape, strict=True))
    raise ReconError(
        f"{path} has the shape {shape}, which would be {length['c']} coils of {length['y']} x {length['x']} "
        f"pixels; give --axes {likely} if those are its axes, or --axes {letters} if it is so",
        2,
    )


def _usual(shape: tuple[int, ...], letters: str, smallest: int = 1) -> bool:
    length = dict(zip(letters, shape, strict=True))
    return min(length["y"], length["x"]) >= max(smallest, _SIDE * length["c"])


def arrange(
    path: Path, array: NDArray[Any], letters: str, words: Mapping[str, str] | None = None
) -> tuple[NDArray[Any], tuple[int, ...], str]:
    """Bring the axes of a stored array into the project's order.

    Args:
        path: of the file, for the error.
        array: as stored.
        letters: one for each of its axes.
        words: what letters are called in place of the usual.

    Returns:
        The array as `(frames, coils, height, width)`, the shape of its frames and a readable list of
        the axes, both as `KSpace` holds them.

    Raises:
        ReconError: when the letters do not fit the shape.
    """
    if len(letters) != array.ndim:
        raise ReconError(
            f"{path} has {array.ndim} axes, {array.shape}, but the axes '{letters}' name {len(letters)}", 2
        )
    dropped = tuple(index for index, letter in enumerate(letters) if letter == "1")
    for index in dropped:
        if array.shape[index] != 1:
            raise ReconError(
                f"the axes '{letters}' drop axis {index} of {path}, but its length is {array.shape[index]}", 2
            )
    kept = letters.replace("1", "")
    moved = array.squeeze(dropped).transpose([kept.index(letter) for letter in "stcyx" if letter in kept])
    lengths = {letter: length for letter, length in zip(letters, array.shape, strict=True) if letter != "1"}
    frame_shape: tuple[int, ...] = ()
    if "t" in lengths:
        frame_shape = (lengths.get("s", 1), lengths["t"])
    elif "s" in lengths:
        frame_shape = (lengths["s"],)
    shape = (math.prod(frame_shape), lengths.get("c", 1), lengths["y"], lengths["x"])
    called = {**_NAMES, **(words or {})}
    text = ", ".join(f"{called[letter]} {length}" for letter, length in lengths.items())
    return moved.reshape(shape), frame_shape, text
