"""Sixty images with noise of known levels, as instruments and programs store them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import convolve, gaussian_filter, rotate, zoom
from skimage import data

Array = NDArray[Any]
Pixels = NDArray[np.float64]

_EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
_SIDE = 192
_TYPES: dict[str, tuple[float, float, str]] = {
    "full 8 bits": (0, 255, "uint8"),
    "dim 8 bits": (10, 45, "uint8"),
    "full 16 bits": (0, 65535, "uint16"),
    "12 bits": (0, 4095, "uint16"),
    "12 bits on an offset": (32768, 4095, "uint16"),
    "low light": (100, 300, "uint16"),
    "signed": (-2000, 6000, "int16"),
    "floats in [0, 1]": (0, 1, "float32"),
    "floats around zero": (-0.4, 0.8, "float32"),
    "small floats": (0, 1e-3, "float32"),
    "counts as floats": (0, 4000, "float64"),
    "32 bits": (1e6, 1e5, "uint32"),
}
"""Black, white minus black, and type."""
_GREY = ("camera", "rocket", "clock", "brick", "retina", "page", "astronaut", "coffee", "cell", "camera.png")
"""Scenes whose own noise is low, and that have a smooth place."""


@dataclass(frozen=True)
class Case:
    """An image.

    Attributes:
        name: what it is like.
        stored: its samples.
        sigmas: standard deviation of the noise of each channel or colour, in the units of the data; none
            where there is no noise.
        axes: letters for a stack; empty where the shape says all.
        sure: whether the level can be told from the image: its noise is white, and it has a smooth place.
    """

    name: str
    stored: Array
    sigmas: tuple[float, ...]
    axes: str = ""
    sure: bool = True

    def write(self, folder: Path) -> Path:
        """Write it into a folder, and return where."""
        if not self.axes:
            np.save(folder / "in.npy", self.stored)
            return folder / "in.npy"
        place = folder / "in.ome.tif"
        tifffile.imwrite(place, self.stored, ome=True, metadata={"axes": self.axes})
        return place


def cases() -> Iterator[Case]:
    """Yield the images."""
    yield from _of_types()
    yield from _with_fill()
    yield from _with_channels()
    yield from _correlated()
    yield from _hard()


def _of_types() -> Iterator[Case]:
    for number, (kind, (black, height, name)) in enumerate(_TYPES.items()):
        for more, sigma in ((0, 8), (5, 20)):
            scene = _GREY[(number + more) % len(_GREY)]
            level, dtype = sigma / 255 * height, np.dtype(name)
            if kind == "dim 8 bits":
                level *= 2  # one grey level is the least that bytes tell apart
            noisy = black + height * _scene(scene) + level * _noise(_scene(scene).shape, number)
            yield Case(f"{kind}, {scene}, sigma {sigma}", _stored(noisy, dtype), (level,))


def _with_fill() -> Iterator[Case]:
    for scene, sigma in (("rocket", 6), ("coffee", 15)):
        noisy = 255 * _scene(scene) + sigma * _noise(_scene(scene).shape, sigma)
        height, width = noisy.shape
        rows, cols = np.mgrid[:height, :width]
        away = np.hypot(rows - height / 2, cols - width / 2)
        inside = np.zeros(noisy.shape, np.bool_)
        inside[20:-20, 20:-20] = True
        bar = noisy.copy()
        bar[-40:], bar[-30:-10:7, 10:150:9] = 100, 255
        filled = {
            "a frame at the mean": np.where(inside, noisy, noisy.mean()),
            "a bar of data": bar,
            "a circular field": np.where(away < 0.45 * height, noisy, noisy.mean()),
        }
        for kind, image in filled.items():
            yield Case(f"{kind}, {scene}", _stored(image, np.dtype(np.uint8)), (sigma,))
        stack = np.stack([noisy, np.full_like(noisy, 90), noisy[::-1]])
        yield Case(f"a blank plane, {scene}", _stored(stack, np.dtype(np.uint16)), (sigma,), "ZYX")
        yield Case(f"a frame of NaN, {scene}", np.float32(np.where(inside, noisy, np.nan)), (sigma,))


def _with_channels() -> Iterator[Case]:
    for scene in ("cell", "astronaut"):
        black, height, levels = np.array([0, 500]), np.array([50_000, 400]), np.array([2000, 40])
        clean = black[:, None, None] + height[:, None, None] * _scene(scene)
        noisy = clean + levels[:, None, None] * _noise(clean.shape, 3)
        stored = _stored(noisy, np.dtype(np.uint16))
        yield Case(f"a bright and a dim channel, {scene}", stored, (2000, 40), "CYX")
    for scene, sigmas in (("coffee", (8, 4, 24)), ("astronaut", (5, 15, 15)), ("rocket", (12, 12, 12))):
        noisy = 255 * _colours(scene) + np.array(sigmas) * _noise(_colours(scene).shape, 4)
        yield Case(f"colours with sigma {sigmas}, {scene}", _stored(noisy, np.dtype(np.uint8)), sigmas)
    noisy = np.stack([100 + 30 * _noise((_SIDE, _SIDE), 6), 3000 * _scene("camera")])
    noisy[1] += 90 * _noise((_SIDE, _SIDE), 7)
    yield Case("a channel that is empty but for noise", np.float32(noisy), (30, 90), "CYX")


def _correlated() -> Iterator[Case]:
    for scene, sigma in (("camera", 13), ("rocket", 20)):
        clean, colours = 255 * _scene(scene), 255 * _colours(scene)
        noisy = clean + sigma * _noise(clean.shape, 8)
        changed = {
            "smoothed": (gaussian_filter(noisy, 0.7), gaussian_filter(clean, 0.7)),
            "enlarged": (zoom(noisy, 1.5, order=1), zoom(clean, 1.5, order=1)),
            "turned": (rotate(noisy, 7, order=1, mode="mirror"), rotate(clean, 7, order=1, mode="mirror")),
            "a JPEG": (jpeg(noisy), jpeg(clean)),
        }
        for kind, (image, truth) in changed.items():
            yield Case(
                f"{kind}, {scene}", _stored(image, np.dtype(np.uint8)), (_std(image, truth),), sure=False
            )
        mosaic = colours + sigma * _noise(colours.shape, 9)
        image, truth = demosaicked(mosaic), demosaicked(colours)
        for kind, change in (("demosaicked", np.asarray), ("a demosaicked JPEG", jpeg)):
            sigmas = tuple(_std(change(image)[..., k], truth[..., k]) for k in range(3))
            yield Case(f"{kind}, {scene}", _stored(change(image), np.dtype(np.uint8)), sigmas, sure=False)


def _hard() -> Iterator[Case]:
    for scene in ("grass", "gravel"):
        noisy = 255 * _scene(scene) + 5 * _noise(_scene(scene).shape, 10)
        yield Case(f"nothing smooth, {scene}", _stored(noisy, np.dtype(np.uint8)), (5,), sure=False)
    noisy = 255 * _scene("coins") + 2 * _noise(_scene("coins").shape, 11)
    yield Case("little noise, coins", np.float32(noisy), (2,), sure=False)
    small = _scene("astronaut")[60:108, 60:108]
    yield Case("48 x 48 pixels", np.float32(small + 0.05 * _noise(small.shape, 12)), (0.05,))
    bright = np.where(np.arange(_SIDE) < 60, 128, 500) + 10 * _noise((_SIDE, _SIDE), 13)
    yield Case("most of it saturated", _stored(bright, np.dtype(np.uint8)), (10,))
    dark = 255 * _scene("rocket").clip(0.3, 1) - 76 + 12 * _noise((_SIDE, _SIDE), 14)
    yield Case("most of it black, half its noise cut", _stored(dark, np.dtype(np.uint8)), (12,))
    rows, cols = np.mgrid[:_SIDE, :_SIDE]
    yield Case("a slope without noise", np.float32((rows + cols) / (2 * _SIDE)), ())
    yield Case("a drawing without noise", np.uint8(200 * (np.hypot(rows - 90, cols - 80) < 50)), ())


def _noise(shape: tuple[int, ...], seed: int) -> Pixels:
    return np.random.default_rng(seed).standard_normal(shape)


def _stored(values: Pixels, dtype: np.dtype[Any]) -> Array:
    if dtype.kind == "f":
        return values.astype(dtype)
    limits = np.iinfo(dtype)
    return np.rint(values).clip(limits.min, limits.max).astype(dtype)


def _std(image: Array, truth: Array) -> float:
    return float(np.std(image.astype(np.float64) - truth))


def jpeg(image: Array, quality: int = 85) -> Array:
    """Return what a JPEG makes of an image of bytes."""
    Image.fromarray(_stored(image, np.dtype(np.uint8))).save(file := io.BytesIO(), "jpeg", quality=quality)
    return np.asarray(Image.open(file))


def demosaicked(colours: Pixels) -> Pixels:
    """Return the colours of a Bayer sensor, whose missing samples are means of those around."""
    rows, cols = np.mgrid[: colours.shape[0], : colours.shape[1]]
    seen = [(rows % 2 == 0) & (cols % 2 == 0), (rows + cols) % 2 == 1, (rows % 2 == 1) & (cols % 2 == 1)]
    around = np.outer([1, 2, 1], [1, 2, 1]) / 4
    planes = [
        convolve(np.where(mask, colours[..., k], 0), around, mode="mirror")
        / convolve(mask.astype(float), around, mode="mirror")
        for k, mask in enumerate(seen)
    ]
    exact = (
        np.where(mask, colours[..., k], plane)
        for k, (mask, plane) in enumerate(zip(seen, planes, strict=True))
    )
    return np.stack([*exact], -1)


@cache
def _colours(scene: str) -> Pixels:
    """Return a photograph of half the size, whose own noise is low, `(height, width, 3)` in [0, 1]."""
    image = Image.open(_EXAMPLES / scene) if scene.endswith(".png") else getattr(data, scene)()
    pixels = np.asarray(image).astype(np.float64) / 255
    pixels = np.stack([pixels] * 3, -1) if pixels.ndim == 2 else pixels[..., :3]
    high, wide = (length // 2 for length in pixels.shape[:2])
    half = pixels[: 2 * high, : 2 * wide].reshape(high, 2, wide, 2, 3).mean((1, 3))
    top, left = (max(length - _SIDE, 0) // 2 for length in (high, wide))
    return half[top : top + _SIDE, left : left + _SIDE]


def _scene(scene: str) -> Pixels:
    return _colours(scene).mean(2)
