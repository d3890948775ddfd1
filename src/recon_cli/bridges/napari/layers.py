"""Parts of image layers, and layers of results that lie where the parts did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from napari.layers import Image, Layer
from numpy.typing import NDArray

SIDE = 256
"""Pixels that a preview is high and wide at most."""


@dataclass(frozen=True)
class Part:
    """A part of an image layer.

    Attributes:
        layer: that it belongs to.
        pixels: `(..., height, width)`, and the colours where the layer has some.
        start: where it begins in the layer, an index for each axis.
    """

    layer: Image
    pixels: NDArray[Any]
    start: tuple[int, ...]

    @property
    def channel_axis(self) -> int | None:
        """Where the colours are; None for grey."""
        return -1 if self.layer.rgb else None

    def with_pixels(self, pixels: NDArray[Any], name: str, metadata: dict[str, Any]) -> Layer:
        """Return a layer with other pixels that lies where this part does, with the same units and colours.

        Args:
            pixels: of the same shape.
            name: of the layer.
            metadata: of it.
        """
        layer = self.layer
        _, state, kind = layer.as_layer_data_tuple()
        place = layer.affine.inverse(layer.data_to_world(self.start))
        changes = {"name": name, "metadata": metadata, "translate": place, "multiscale": False}
        return Layer.create(pixels, state | changes, kind)


def whole(layer: Image) -> Part:
    """Return all pixels of a layer."""
    return Part(layer, np.asarray(_finest(layer)), (0,) * layer.ndim)


def in_view(layer: Image, point: tuple[float, ...]) -> Part:
    """Return the visible region of a plane, its middle where it is large.

    Args:
        layer: the layer.
        point: of the viewer's sliders, in the world.
    """
    data = _finest(layer)
    shape = data.shape[: layer.ndim]
    place = np.rint(layer.world_to_data(point)).astype(int)
    start = [int(np.clip(at, 0, length - 1)) for at, length in zip(place, shape, strict=True)]
    stop = [at + 1 for at in start]
    factors = layer.downsample_factors[layer.data_level] if layer.multiscale else np.ones(layer.ndim)
    low, high = (np.asarray(corner) * factors for corner in layer.corner_pixels)
    for axis in (-2, -1):
        start[axis], stop[axis] = _middle(int(low[axis]), int(high[axis]) + 1, shape[axis])
    cut = tuple(slice(*ends) for ends in zip(start, stop, strict=True))
    return Part(layer, np.asarray(data[cut]), tuple(start))


def _finest(layer: Image) -> Any:
    return layer.data[0] if layer.multiscale else layer.data


def _middle(low: int, high: int, length: int) -> tuple[int, int]:
    """Return the ends of the middle of a range, at most `SIDE` pixels; of all pixels where none is seen."""
    low, high = max(low, 0), min(high, length)
    if high - low <= 1:
        low, high = 0, length
    side = min(SIDE, high - low)
    low += (high - low - side) // 2
    return low, low + side
