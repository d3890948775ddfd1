"""The cameras that users name by their kernels."""

from __future__ import annotations

from .blurred import BlurredCamera
from .kernel_names import Align, coarse_kernel, named_kernel


def blurring(psf: str) -> BlurredCamera:
    """Return the camera of a point spread function, see `named_kernel`."""
    kernel, said = named_kernel(psf, "--psf")
    return BlurredCamera(kernel=kernel, said=said)


def coarsening(factor: int, kernel: str | None, align: Align) -> BlurredCamera:
    """Return the camera of coarse pictures, see `coarse_kernel`."""
    found, said = coarse_kernel(kernel, factor, align)
    return BlurredCamera(kernel=found, factor=factor, said=said)
