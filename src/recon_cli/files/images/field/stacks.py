"""Axes of files whose programs write every axis that a microscope may have."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

_KEPT = "YX"


def without_single(array: NDArray[Any], axes: str) -> tuple[NDArray[Any], str]:
    """Return an array without axes of length one but rows and columns, and the letters of the others.

    Args:
        array: as read.
        axes: a letter for each of its axes; those that no picture names become `Q`.
    """
    single = tuple(k for k, letter in enumerate(axes) if letter not in _KEPT and array.shape[k] == 1)
    left = "".join(letter for k, letter in enumerate(axes) if k not in single)
    return array.squeeze(single), "".join(letter if letter in "TCZYXS" else "Q" for letter in left)
