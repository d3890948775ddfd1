"""Complex numbers and BART's files, made without the project's code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def normal(*shape: int, seed: int = 0) -> NDArray[np.complex64]:
    """Return complex normal numbers."""
    numbers = np.random.default_rng(seed)
    return (numbers.standard_normal(shape) + 1j * numbers.standard_normal(shape)).astype(np.complex64)


def write_bart(base: Path, array: NDArray[Any], tail: str = "# Command\nphantom -k\n") -> None:
    """Write an array column by column, with the header that BART writes."""
    shape = (*array.shape, *[1] * (16 - array.ndim))
    base.with_name(base.name + ".hdr").write_text(f"# Dimensions\n{' '.join(map(str, shape))} \n{tail}")
    array.astype(np.complex64).ravel(order="F").tofile(base.with_name(base.name + ".cfl"))
