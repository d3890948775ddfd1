"""The letters in which a user says what the axes of an array are."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import ReconError


def check_letters(letters: str, names: Mapping[str, str]) -> None:
    """Check the letters of a user: `1` is an axis of length one, `y` rows and `x` columns.

    Args:
        letters: one for each axis.
        names: what each letter but `1` stands for.

    Raises:
        ReconError: when a letter is unknown or doubled, or y or x is missing.
    """
    unknown = sorted(set(letters) - set(names) - {"1"})
    if unknown:
        known = ", ".join(names)
        raise ReconError(
            f"the axes '{letters}' hold {', '.join(map(repr, unknown))}; "
            f"the letters are {known} and 1, one for each axis",
            2,
        )
    doubled = [letter for letter in names if letters.count(letter) > 1]
    if doubled:
        raise ReconError(
            f"the axes '{letters}' name {doubled[0]} more than once; each letter can stand once", 2
        )
    if "y" not in letters or "x" not in letters:
        raise ReconError(f"the axes '{letters}' need both y (rows) and x (columns)", 2)
