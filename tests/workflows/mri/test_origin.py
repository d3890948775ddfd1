from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from recon_cli.engine.operators.fourier import Origin as Fft
from recon_cli.workflows.mri.masks import generate_mask
from recon_cli.workflows.mri.origin import doubt_origin

from .acquisitions import coil_maps, noise, phantom, shifted, transform

PHOTOGRAPH = data.camera()[::2, ::2] / 255
HEAD = np.pad(np.abs(phantom(72)), ((10, 13), (14, 10)))
IMAGES = {
    "photograph": PHOTOGRAPH,
    "odd photograph": PHOTOGRAPH[:-1, :-3],
    "small photograph": data.camera()[100:148, 200:241] / 255,
    "complex photograph": PHOTOGRAPH * np.exp(1j * np.linspace(-2, 2, 256)),
    "head": HEAD,
    "complex object": phantom(96),
    "odd complex object": phantom(97)[:, 1:-1],
    "coils": coil_maps(4, *HEAD.shape) * HEAD,
}
FORWARD: dict[Fft, Callable[[NDArray[np.generic]], NDArray[np.complex64]]] = {
    "centered": transform,
    "uncentered": lambda images: transform(images, centred=False),
    "shifted": shifted,
}
every_image = pytest.mark.parametrize("name", IMAGES)
every_fft = pytest.mark.parametrize("fft", get_args(Fft))
every_pattern = pytest.mark.parametrize("pattern", [None, "cartesian", "radial"])


def _samples(
    image: NDArray[np.generic], fft: Fft, pattern: str | None, level: float
) -> NDArray[np.complex64]:
    """Return k-space of each coil, `(coils, height, width)`."""
    shape = image.shape[-2:]
    samples = FORWARD[fft](image).reshape(-1, *shape)
    samples = samples + noise(*samples.shape, level=level / 255)
    if pattern:
        samples = samples * generate_mask(pattern, *shape, 0.3, centred=fft != "uncentered")
    return samples.astype(np.complex64)


@every_image
@every_fft
@every_pattern
@pytest.mark.parametrize("level", [0, 10])
def test_every_convention_is_told_from_the_others(
    name: str, fft: Fft, pattern: str | None, level: float
) -> None:
    samples = _samples(IMAGES[name], fft, pattern, level)
    assert doubt_origin(samples, fft) == ""
    for other in get_args(Fft):
        if other != fft:
            assert doubt_origin(samples, other).endswith(f"else give --fft {fft}")


def test_the_sentence_says_what_is_wrong() -> None:
    said = doubt_origin(_samples(PHOTOGRAPH, "shifted", None, 0), "centered")
    assert "the phase of k-space is that of an image with its origin at index 0" in said
    assert "shifted by half of the field" in said


@every_fft
@pytest.mark.parametrize("shape", [(2, 48, 41), (1, 12, 12), (1, 64, 64)])
def test_noise_has_no_origin(shape: tuple[int, int, int], fft: Fft) -> None:
    for seed in range(5):
        assert doubt_origin(noise(*shape, seed=seed).astype(np.complex64), fft) == ""


@every_fft
def test_what_is_in_its_place_is_not_doubted_however_it_looks(fft: Fft) -> None:
    rows, cols = np.mgrid[-1:1:64j, -1:1:64j]  # type: ignore[misc]
    dark_middle = np.hypot(rows, cols)
    tubes = sum(np.hypot(rows - y, cols - x) < 0.3 for y in (-0.5, 0.5) for x in (-0.5, 0.5))
    knees = sum(np.hypot(rows, cols - x) < 0.4 for x in (-0.5, 0.5))
    bar = np.ones((64, 1)) * ((np.arange(64) > 31) & (np.arange(64) < 48))
    stripes = (np.arange(64) // 8 % 2)[:, None] * np.ones(64)
    for image in (dark_middle, tubes, knees, bar, bar.T, stripes, np.ones((64, 64)), np.eye(64)):
        assert doubt_origin(_samples(np.asarray(image), fft, None, 0), fft) == ""
