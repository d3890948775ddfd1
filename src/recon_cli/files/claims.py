"""Places that were free when a command began: a file that another one has put there since is not replaced."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from .temporary import second_name

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


def sign(temporary: Path, place: Path) -> None:
    """Give a file a second name, by which another try of the same work knows it at its place.

    Args:
        temporary: the file, which goes to its place next.
        place: of it. Nothing is done where no other try could follow.
    """
    if not may_be_ours(place):
        return
    signed = second_name(place)
    with suppress(OSError):  # a file system without links
        signed.unlink(missing_ok=True)
        signed.hardlink_to(temporary)


def is_signed(place: Path) -> bool:
    """Return whether an earlier try of the same work has written the file at a place."""
    with suppress(OSError):
        return may_be_ours(place) and second_name(place).samefile(place)
    return False


def remove_signs(places: Iterable[Path], run: str = "") -> None:
    """Remove the second names of results, when no other try follows.

    Args:
        places: of the results.
        run: name of the command; by default that of this process, see `mark_names`.
    """
    for place in places:
        with suppress(OSError):
            second_name(Path(os.path.realpath(place)), run).unlink(missing_ok=True)


def is_claimed(place: Path) -> bool:
    """Return whether nothing may be replaced at a place."""
    return os.path.realpath(place) in _claimed


def release(place: Path) -> None:
    """Forget a place, since what is there is this command's own."""
    _claimed.discard(os.path.realpath(place))
    _tried.discard(os.path.realpath(place))
