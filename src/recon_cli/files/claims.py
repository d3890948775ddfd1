"""Places that were free when a command began: a file that another one has put there since is not replaced."""

from __future__ import annotations

import os
from pathlib import Path

_claimed: set[str] = set()


def claim(place: Path, replace: bool) -> None:
    """Remember whether a place is free.

    Args:
        place: of a result, which this command has not written yet.
        replace: whether the user allowed to replace what is there.
    """
    if replace or place.exists():
        release(place)
    else:
        _claimed.add(os.path.realpath(place))


def is_claimed(place: Path) -> bool:
    """Return whether nothing may be replaced at a place."""
    return os.path.realpath(place) in _claimed


def release(place: Path) -> None:
    """Forget a place, since what is there is this command's own."""
    _claimed.discard(os.path.realpath(place))
