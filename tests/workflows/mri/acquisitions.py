"""What the tests of MRI share: images with phase, coil maps and their k-space, by numpy alone."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from skimage import data
from skimage.transform import resize

from recon_cli.models.dictionary import Dictionary, normalise
from recon_cli.priors import DictionaryPrior, Prior
from recon_cli.reconstruction import Reconstruction, reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.mri.measurement import measure, zero_filled

from ...helpers import normal


def transform(images: NDArray[np.generic], centred: bool = True) -> NDArray[np.complex64]:
    """Return the orthonormal Fourier transform of images, `(..., height, width)`."""
    plane = (-2, -1)
    if not centred:
        return np.fft.fft2(images, norm="ortho").astype(np.complex64)
    samples = np.fft.fft2(np.fft.ifftshift(images, plane), norm="ortho")
    return np.fft.fftshift(samples, plane).astype(np.complex64)


def shifted(images: NDArray[np.generic]) -> NDArray[np.complex64]:
    """Return what textbooks write, `fftshift(fft2(images))`: the image's origin stays at index 0."""
    return np.fft.fftshift(np.fft.fft2(images, norm="ortho"), (-2, -1)).astype(np.complex64)


def phantom(side: int = 64) -> NDArray[np.complex128]:
    """Return a head without surroundings, with a smooth phase, `(side, side)`."""
    magnitude = resize(data.shepp_logan_phantom().astype(np.float64), (side, side), anti_aliasing=True)
    rows, cols = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]  # type: ignore[misc]
    return magnitude * np.exp(1j * (0.8 * cols + 0.5 * rows**2))


def coil_maps(coils: int, height: int, width: int) -> NDArray[np.complex64]:
    """Return coils in a ring, each sensitive near itself with a phase of its own, largest power 1."""
    rows, cols = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]  # type: ignore[misc]
    angles = 2 * np.pi * np.arange(coils)[:, None, None] / coils
    distance = (rows - 1.2 * np.sin(angles)) ** 2 + (cols - 1.2 * np.cos(angles)) ** 2
    maps = np.exp(-0.5 * distance + 1j * (angles + 0.4 * rows * np.sin(angles) + 0.4 * cols * np.cos(angles)))
    return (maps / np.sqrt((np.abs(maps) ** 2).sum(0)).max()).astype(np.complex64)


def folded(images: NDArray[np.generic], width: int) -> NDArray[np.generic]:
    """Return images in a field of view of so many columns, what lies outside folded into it."""
    beside = (images.shape[-1] - width) // 2
    inside = images[..., beside : beside + width].copy()
    inside[..., width - beside :] += images[..., :beside]
    inside[..., :beside] += images[..., beside + width :]
    return inside


def noise(*shape: int, level: float = 0.01, seed: int = 0) -> NDArray[np.complex128]:
    """Return complex normal numbers of this standard deviation."""
    real, imaginary = np.random.default_rng(seed).standard_normal((2, *shape))
    return level / np.sqrt(2) * (real + 1j * imaginary)


def small_dictionary(size: int = 4, atoms: int = 20) -> Dictionary:
    """Return random atoms without tuned parameters, for what does not depend on quality."""
    return Dictionary(normalise(normal(size**2, atoms)).float(), "mean-free", 25, name="small")


def small_prior(beta: float | None = 0.05, lam: float | None = 1e-3) -> DictionaryPrior:
    """Return the prior of those atoms."""
    return DictionaryPrior(small_dictionary(), beta, lam)


class Frame(NamedTuple):
    """A frame that was reconstructed: its image and the zero-filled one, `(height, width)`, and all of it."""

    image: NDArray[Any]
    zero_filled: NDArray[Any]
    result: Reconstruction


def reconstruct_frame(
    samples: NDArray[np.complex64],
    mask: NDArray[np.bool_],
    prior: Prior | None = None,
    solver: Solver | None = None,
    **measured: Any,
) -> Frame:
    """Reconstruct a frame, `(coils, height, width)`; other arguments are those of `measure`."""
    measurement = measure(samples, mask, **measured)
    done = reconstruct(measurement, prior or small_prior(), solver)
    return Frame(np.asarray(done.image)[0], zero_filled(measurement), done)
