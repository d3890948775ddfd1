"""Arguments that are checked, each refused with one sentence that names it."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from difflib import get_close_matches
from numbers import Real
from typing import Any

from .errors import ReconError


def one_of(name: str, value: object, known: Iterable[str]) -> None:
    """Raise a ReconError when a value is not one of the known words."""
    words = tuple(known)
    if not isinstance(value, str) or value not in words:
        raise ReconError(f"{name} is one of {', '.join(words)}, and is {value!r}", 2)


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that a word resembles most, in capitals or not; None without any."""
    words = {each.lower(): each for each in known}
    found = get_close_matches(word.lower(), words, 1)
    return words[found[0]] if found else None


def meant(word: str, known: Iterable[str]) -> str:
    """Return the known word that a word resembles as a question, to follow the word; empty without any."""
    found = closest(word, known)
    return f" (did you mean {found}?)" if found else ""


def positive(name: str, value: Any) -> None:
    """Raise a ReconError when a value is not a positive, finite number."""
    is_number = isinstance(value, Real)
    if not is_number or not 0 < value < math.inf:
        said = f"{value:g}" if is_number else repr(value)
        raise ReconError(f"{name} has to be a positive number, and is {said}", 2)


LEAST_SIGMA = 0.5
"""Least noise level, in 8-bit grey levels, that the bundled models are for."""


def units_of(sigma: float) -> str:
    """Return what a noise level that looks as if it were of [0, 1] means, in words that follow others."""
    if sigma >= LEAST_SIGMA:
        return ""
    return f"; sigma is in 8-bit grey levels, in which {sigma:g} of [0, 1] is {255 * sigma:g}"


def is_count(value: Any) -> bool:
    """Return whether a value is a whole number of at least 1."""
    try:
        return operator.index(value) >= 1
    except TypeError:
        return False


def instance(name: str, value: object, *kinds: type) -> None:
    """Raise a ReconError when a value is of none of the kinds."""
    if not isinstance(value, kinds):
        wanted = " or ".join(kind.__name__ for kind in kinds)
        found = f"the class {value.__name__}" if isinstance(value, type) else f"a {type(value).__name__}"
        raise ReconError(f"{name} has to be a {wanted}, not {found}", 2)
