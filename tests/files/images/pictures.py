"""Pictures of arrays whose last axis of two or four samples ends with alpha, as a file that says so gives."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from recon_cli.files.images.picture import Picture, samples_axes


def with_alpha(array: NDArray[Any], name: str = "in") -> Picture:
    """Return a picture."""
    axes, _, _ = samples_axes(array.shape)
    samples = array.shape[-1] if "S" in axes else 1
    return Picture(name, "npy", array, axes, samples > 2, int(samples in (2, 4)))
