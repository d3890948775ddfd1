"""An image as its file stores it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Format = str
"""Name of a format, see `formats`."""
INKS = 4


@dataclass(frozen=True)
class Native:
    """What a format's own writer puts back.

    Attributes:
        facts: plain JSON values.
        parts: bytes of the file.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """The samples of an image file and what has to be written back with them.

    Attributes:
        name: of the file, for messages.
        format: of the file.
        array: all samples in the file's own shape and dtype.
        axes: a letter for each axis of the array: `Y`, `X`, `S` for the samples of a pixel, and others, over
            whose length the planes of a stack are counted.
        colour: whether the first three samples are red, green and blue; otherwise each is a plane of its own.
        copied: how many of the last samples are never changed: alpha, or extra samples beside the colours.
        icc: colour profile.
        exif: EXIF data, as JPEG holds it.
        dpi: pixels per inch, horizontal and vertical.
        nodata: value of pixels without data, where the file names one.
        voxel: distance of neighbours along axes, in micrometres, where the file says it.
        channel_names: of the axis `C`, where the file says them.
        native: what else the format's own writer puts back; only that writer knows its type.
        inks: whether the first four samples are cyan, magenta, yellow and black, 0 where there is no ink;
            each is a plane of its own.
        others: further images of the same file, of another size, type or kind.
        series: its number among the images of its file, where there are several.
    """

    name: str
    format: Format
    array: NDArray[Any]
    axes: str
    colour: bool = False
    copied: int = 0
    icc: bytes | None = None
    exif: bytes | None = None
    dpi: tuple[float, float] | None = None
    nodata: float | None = None
    voxel: Mapping[str, float] = field(default_factory=dict)
    channel_names: tuple[str, ...] = ()
    native: Any = None
    inks: bool = False
    others: tuple[Picture, ...] = ()
    series: int | None = None

    def samples_last(self) -> NDArray[Any]:
        """Return a view of the array with its last axes height, width and samples."""
        return np.moveaxis(_samples_first(self.array, self.axes), -3, -1)

    def changing(self, array: NDArray[Any] | None = None) -> NDArray[Any]:
        """Return a view of what a reconstruction may change, `(..., channels, height, width)`.

        Args:
            array: another array of the same axes; the picture's own when left out.
        """
        samples = _samples_first(self.array if array is None else array, self.axes)
        kept = samples[..., : samples.shape[-3] - self.copied, :, :]
        return kept if self.colour else kept[..., :, None, :, :]

    def copying(self, array: NDArray[Any] | None = None) -> NDArray[Any]:
        """Return a view of the samples that are never changed, `(..., samples, height, width)`."""
        samples = _samples_first(self.array if array is None else array, self.axes)
        return samples[..., samples.shape[-3] - self.copied :, :, :]

    @property
    def file(self) -> str:
        """Name of the file, where its own name is that of one of several images."""
        return self.name.removesuffix(f", series {self.series}")

    @property
    def channels(self) -> int:
        """How many channels a stack has, by its axis `C`, or inks; other colours are one."""
        if self.inks:
            return INKS
        return self.array.shape[self.axes.index("C")] if "C" in self.axes else 1

    @property
    def is_volume(self) -> bool:
        """Whether its planes lie behind each other in space, by the axis `Z` alone."""
        return self.axes.replace("S", "") == "ZYX" and self.array.shape[0] > 1

    def channel_of_plane(self) -> NDArray[np.intp]:
        """Return the number of the channel of each plane, in the order of `changing`."""
        outer = self.changing().shape[:-3]
        if self.channels == 1:
            return np.zeros(math.prod(outer), np.intp)
        return np.indices(outer)[self._channel_axis].ravel()

    def of_channel(self, channel: int, values: NDArray[Any] | None = None) -> NDArray[Any]:
        """Return a view of what a reconstruction may change of a channel, as `changing`.

        Args:
            channel: its number.
            values: others of the same axes as those of `changing`, of which the view is.
        """
        values = self.changing() if values is None else values
        return values if self.channels == 1 else values[(slice(None),) * self._channel_axis + (channel,)]

    def for_colours(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return a view of what all colours share, `(planes, height, width)`, of the axes of `changing`."""
        shape = self.changing().shape
        return values.reshape(*shape[:-3], 1, *shape[-2:])

    @property
    def _channel_axis(self) -> int:
        outer = [letter for letter in self.axes if letter not in "SYX"]
        return len(outer) if self.inks else outer.index("C")

    def describe(self) -> str:
        """Return its size, axes and type in words."""
        height, width = self.changing().shape[-2:]
        text = f"{height} x {width}"
        if self.array.ndim > 2:
            lengths = " ".join(f"{a}={n}" for a, n in zip(self.axes, self.array.shape, strict=True))
            text += f" ({lengths})"
        if "S" in self.axes:
            planes = self.array.shape[self.axes.rindex("S")] - self.copied
            kind = (
                "RGB"
                if self.colour
                else "CMYK"
                if self.inks
                else "grey"
                if planes == 1
                else f"{planes} planes"
            )
            text += f", {kind}"
            text += " with alpha" if self.copied == 1 else ""
        return f"{text}, {self.array.dtype}"


def samples_axes(shape: tuple[int, ...]) -> tuple[str, bool, int]:
    """Return axes, colour and the number of copied samples of an array without any description.

    A last axis of at most four, after at least two others, holds grey or RGB; of two or four, nobody says
    whether the last one is alpha: each is a plane of its own.
    """
    if len(shape) > 2 and shape[-1] <= 4:
        return "Q" * (len(shape) - 3) + "YXS", shape[-1] == 3, 0
    return "Q" * (len(shape) - 2) + "YX", False, 0


def _samples_first(array: NDArray[Any], axes: str) -> NDArray[Any]:
    inner = [axes.rindex(letter) for letter in "SYX" if letter in axes]
    outer = [k for k in range(array.ndim) if k not in inner]
    view = array.transpose(outer + inner)
    return view if "S" in axes else view[..., None, :, :]
