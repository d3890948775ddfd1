"""Lengths whose Fourier transforms are fast."""


def fast_length(least: int) -> int:
    """Return the smallest length of at least so many pixels that has no prime factor above 7."""
    length = least
    while not _is_smooth(length):
        length += 1
    return length


def _is_smooth(number: int) -> bool:
    for factor in (2, 3, 5, 7):
        while number % factor == 0:
            number //= factor
    return number == 1
