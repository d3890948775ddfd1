"""What is looked at of a whole volume before its parts are solved: ranges of values, and the noise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ...files.images.channels import Spans
from ...files.images.span import Span
from ...files.images.values import choose_span, to_planes
from ...files.images.volume import Volume
from ..denoising.noise import GaussianNoise
from ..denoising.noise_counts import PoissonNoise
from ..denoising.poisson import CountModel
from ..denoising.whitening import NoNoiseError, whiten
from .parts import Part

if TYPE_CHECKING:
    from ...executor import Runner
    from ...files.images.field.zarr_parts import Box
    from ...files.images.picture import Picture
    from ..denoising.files import FileDenoiser
    from ..denoising.noise import Noise

_TOGETHER = 8
"""Parts that are looked at one after the other."""
_WINDOWS, _WINDOW = 16, 256
"""Places at which the noise is estimated, of so many rows and columns."""


class Known(NamedTuple):
    """What holds for all parts.

    Attributes:
        spans: what becomes 0 and 1 in each channel.
        noise: of each channel, of a known level or gain.
        said: how it was found, in words.
    """

    spans: tuple[Span, ...]
    noise: GaussianNoise | PoissonNoise
    said: str

    def of(self, channels: slice) -> Known:
        """Return what holds for some of the channels."""
        noise = self.noise
        if isinstance(noise, GaussianNoise) and isinstance(noise.sigma, tuple):
            noise = replace(noise, sigma=noise.sigma[channels])
        return self._replace(spans=self.spans[channels], noise=noise)


def look_at(boxes: Sequence[Box], volume: Volume, count: int) -> Iterator[tuple[Any, Any]]:
    """Yield extremes and some values of each of some boxes and their channels."""
    ends, some = volume.survey(boxes, count)
    yield from zip(ends, some, strict=True)


def survey(denoiser: FileDenoiser, volume: Volume, parts: Sequence[Part], runner: Runner) -> Known:
    """Look at a volume.

    Args:
        denoiser: the settings.
        volume: what is looked at.
        parts: of it.
        runner: looks at some parts at once.

    Raises:
        ReconError: when it cannot be read, or a noise level is needed that it does not show.
    """
    noise = denoiser.noise
    assert isinstance(noise, GaussianNoise | PoissonNoise)
    axis = volume.channel_axis
    channels = volume.shape[axis] if axis >= 0 else 1
    split = noise.split(np.arange(channels), 1)
    if denoiser.given is None:
        spans = _found(denoiser, volume, parts, runner, split)
    else:
        spans = (Span(*denoiser.given, source="user"),)
    if isinstance(noise, PoissonNoise):
        assert isinstance(noise.model, CountModel)
        return Known(spans * (channels // len(spans)), noise, f"counts with gain {noise.model.gain:g}")
    if isinstance(noise.sigma, str):
        return _with_levels(volume, parts, spans, noise)
    sigma = noise.sigma if isinstance(noise.sigma, tuple) else (float(noise.sigma),) * channels
    shown = ", ".join(f"{level:g}" for level in dict.fromkeys(sigma))
    units = "/255" if noise.units == "8bit" else " in the data"
    return Known(spans * (channels // len(spans)), replace(noise, sigma=sigma), f"sigma {shown}{units}")


def _found(
    denoiser: FileDenoiser,
    volume: Volume,
    parts: Sequence[Part],
    runner: Runner,
    split: Sequence[Noise],
) -> tuple[Span, ...]:
    """Return the spans that suit all values, see `find_span`."""
    axis = volume.channel_axis
    boxes = [part.own for part in parts]
    groups = [boxes[k : k + _TOGETHER] for k in range(0, len(boxes), _TOGETHER)]
    seen = runner.run(partial(look_at, volume=volume, count=len(boxes)), groups)
    some: list[list[NDArray[Any]]] = [[] for _ in split]
    for box, (ends, values) in zip(boxes, seen, strict=True):
        first = box[axis][0] if axis >= 0 else 0
        for number, (low_high, each) in enumerate(zip(ends, values, strict=True), start=first):
            some[number] += [each, low_high.astype(each.dtype)]
    spans = []
    for number, part in enumerate(split):
        every = volume.of(np.concatenate(some[number])[None])
        every = replace(every, axes="YX")
        spans.append(choose_span(every, None, part.least_range, denoiser.by_type))
    return tuple(spans)


def _with_levels(
    volume: Volume, parts: Sequence[Part], spans: tuple[Span, ...], noise: GaussianNoise
) -> Known:
    """Return the levels that are estimated at some places, one for each channel."""
    if noise.sigma != "auto":
        raise ReconError("--sigma planes is for images that are held at once; give auto, or a level", 2)
    axis = volume.channel_axis
    channels = volume.shape[axis] if axis >= 0 else 1
    spans = spans * (channels // len(spans))
    levels = []
    for number, span in enumerate(spans):
        there = [p for p in parts if axis < 0 or p.own[axis][0] <= number < p.own[axis][1]]
        step = -(-len(there) // _WINDOWS)
        found = [_level(volume.picture(_window(volume, part, number)), span, noise) for part in there[::step]]
        noisy = [level for level in found if level]
        if not noisy:
            raise NoNoiseError
        # in the data's units, in which a level is the same whatever the span
        levels.append(float(np.median(noisy)) * span.width / 255)
    said = f"sigma estimated as {', '.join(f'{level:.4g}' for level in levels)} in the data"
    return Known(spans, GaussianNoise(tuple(levels), "data"), said)


def _level(window: Picture, span: Span, noise: GaussianNoise) -> float:
    """Return the level in a window, 0 where there is none."""
    planes = to_planes(window, span)
    try:
        return float(whiten([noise], planes, Spans.one(span, len(planes))).sigmas.max())
    except NoNoiseError:
        return 0.0


def _window(volume: Volume, part: Part, channel: int) -> Box:
    box = []
    for letter, (low, high) in zip(volume.axes, part.own, strict=True):
        if letter in "YX":
            start = low + max(0, (high - low - _WINDOW) // 2)
            box.append((start, min(high, start + _WINDOW)))
        else:
            start = channel if letter == "C" else (low + high) // 2
            box.append((start, start + 1))
    return tuple(box)
