"""How much a file or an image may declare; looked at before anything is decoded."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..errors import ReconError

MOST_VALUES = 2**28
"""The usual limit of an array, that of a picture of 16384 x 16384 grey pixels."""
VALUES_A_PAGE = 2**12
"""What each further page of a file counts at least: it takes time and memory, however small it is."""
_BYTES_A_VALUE = 8
_limit = MOST_VALUES
_memory: int | None = None


def set_limit(values: int) -> None:
    """Change how many values of at most 8 bytes an array may have, in the whole program."""
    global _limit
    _limit = values


def get_limit() -> int:
    """Return how many values an array may have."""
    return _limit


def set_memory(size: int | None) -> None:
    """Change how many bytes of memory this process may take; None is what the machine has."""
    global _memory
    _memory = size


def get_memory() -> int | None:
    """Return how many bytes of memory this process may take, see `set_memory`."""
    return _memory


def count_of(shape: Sequence[int], itemsize: int) -> int:
    """Return how many values an array counts; one of more than 8 bytes counts as several."""
    return math.prod(shape) * -(-itemsize // _BYTES_A_VALUE)


def check_size(name: object, shape: Sequence[int], itemsize: int = 1) -> None:
    """Raise a ReconError when a file declares more than may be read.

    Args:
        name: of the file, for the error.
        shape: of its array.
        itemsize: bytes of a value, see `count_of`.
    """
    if min(shape, default=0) < 0:
        raise ReconError(f"{name} is damaged: it declares an array of shape {tuple(shape)}")
    values = count_of(shape, itemsize)
    if values > _limit:
        raise ReconError(
            f"{name} declares {values} values; at most {_limit} can be read, "
            f"recon --max-values {values} COMMAND raises that"
        )


def check_image(name: str, shape: tuple[int, ...], itemsize: int = 1) -> None:
    """Raise a ReconError when an image declares too much, see `check_size`, or nothing.

    Args:
        name: of the file, for the error.
        shape: the whole array's, samples included.
        itemsize: bytes of a sample.
    """
    if math.prod(shape) == 0:
        raise ReconError(f"{name} is an empty image of shape {shape}")
    check_size(name, shape, itemsize)
