"""Denoising as a contest: noise of one level on clean images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..denoising.denoise import DenoiseOptions
from ..methods.choosing import choose_method
from ..methods.model import PatchModel
from ..methods.ridge import ConvexRidge
from ..tune.log import fingerprint
from .contest import DRAW, Case, Contestant, Reconstruction, weights_of
from .stored import only_stored

if TYPE_CHECKING:
    from ...files.named import Named
    from ..methods.method import Method
    from .entries import Entry

Image = NDArray[np.float32]
OTHERS = ("crr", "tv", "nlm", "wavelet")


def add_noise(clean: Image, sigma: float, number: int, draw: int = 0) -> Image:
    """Return an image with normal noise, not clipped; the noise is that of all tables of the project.

    Args:
        clean: `(height, width)` in [0, 1].
        sigma: noise level, of 255.
        number: of the image among all, from 1; the seed is `1000 sigma + number`, and more by a million for
            each draw.
        draw: from 0.
    """
    rng = np.random.default_rng(int(1000 * sigma) + number + DRAW * draw)
    noisy: Image = clean + (sigma / 255 * rng.standard_normal(clean.shape)).astype(np.float32)
    return noisy


def denoising_cases(images: Sequence[Named], sigma: float, draws: int) -> list[Case]:
    """Return the cases.

    Args:
        images: clean ones.
        sigma: noise level, of 255.
        draws: of the noise for each image.
    """

    def noise(clean: Image, number: int, draw: int) -> Callable[[], Image]:
        return lambda: add_noise(clean, sigma, number, draw)

    return [
        Case(image.name, draw, image.pixels, noise(image.pixels, number, draw))
        for draw in range(draws)
        for number, image in enumerate(images, start=1)
    ]


def denoising_contestant(entry: Entry, sigma: float, options: DenoiseOptions) -> Contestant:
    """Return a method for a noise level.

    Args:
        entry: names it.
        sigma: noise level, of 255.
        options: of the model; beta, lam and the tolerance are those of the dictionary.

    Raises:
        ReconError: when there is no such model, or no parameters are known.
    """
    method = choose_method(entry.method, options, entry.model)

    def reconstruct(noisy: Image, _: Image) -> Reconstruction:
        done = method.denoise(noisy[None], sigma)
        result, values = done.result, done.parameters.as_json()
        return Reconstruction(done.images[0], done.seconds, result.iterations, result.gap, values)

    with only_stored():
        mark = _mark(method, sigma)
    return Contestant(entry.name, mark, reconstruct)


def _mark(method: Method, sigma: float) -> str:
    settings: dict[str, Any] = {"method": method.name, "sigma": sigma} | method.fields()
    settings |= method.parameters(sigma).as_json()
    arrays: list[Image] = []
    if isinstance(method, PatchModel):
        arrays = weights_of(method.choose(sigma)[0])
    elif isinstance(method, ConvexRidge):
        arrays = weights_of(method.choose(sigma))
    return fingerprint(settings, arrays)
