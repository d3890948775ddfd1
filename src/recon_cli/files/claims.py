"""Places that were free when a command began: a file that another one has put there since is not replaced."""

from __future__ import annotations

import os
from pathlib import Path

_claimed: set[str] = set()
_tried: set[str] = set()
"""Those of them that an earlier try of the same work may have written."""


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


def claim_again(place: Path) -> None:
    """Remember that a place was free when the command began, which may have written it since."""
    _claimed.add(os.path.realpath(place))
    _tried.add(os.path.realpath(place))


def may_be_ours(place: Path) -> bool:
    """Return whether an earlier try of the same work may have written what is at a place."""
    return os.path.realpath(place) in _tried


def is_claimed(place: Path) -> bool:
    """Return whether nothing may be replaced at a place."""
    return os.path.realpath(place) in _claimed


def release(place: Path) -> None:
    """Forget a place, since what is there is this command's own."""
    _claimed.discard(os.path.realpath(place))
    _tried.discard(os.path.realpath(place))
