"""White noise in all channels of a picture, each with what is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ReconError
from .noise import White

if TYPE_CHECKING:
    from ...files.images.channels import Spans
    from .noise import Hollow, Noise, Planes


class NoNoiseError(ReconError):
    """The level of the noise is to be estimated, and there is none."""

    def __init__(self) -> None:
        """Say so, and what the user may do."""
        super().__init__("no noise was found; give its level with --sigma")


def whiten(parts: Sequence[Noise], planes: Planes, spans: Spans, holes: Hollow = None) -> White:
    """Prepare the planes of a picture, those of each channel by themselves.

    Args:
        parts: what is known of each channel, see `Noise.split`.
        planes: intensities, `(planes, channels, height, width)`.
        spans: of the channels; they give the units of the data.
        holes: pixels that were not measured, `(planes, height, width)`.

    Raises:
        ReconError: as `Noise.whiten`.
        NoNoiseError: when the level is to be estimated and there is no noise at all.
    """
    if len(parts) == 1:
        white = parts[0].whiten(planes, spans.each[0], holes)
    else:
        whites = []
        for k, (part, span) in enumerate(zip(parts, spans.each, strict=True)):
            here = spans.channel == k
            whites.append(part.whiten(planes[here], span, None if holes is None else holes[here]))
        white = _joined(whites, spans)
    if not white.sigmas.any():
        raise NoNoiseError
    return white


def _joined(whites: Sequence[White], spans: Spans) -> White:
    """Return the planes of all channels in the order of the picture."""
    order = np.argsort(np.argsort(spans.channel, kind="stable"))

    def back(denoised: Planes) -> Planes:
        parts = (white.back(denoised[spans.channel == k]) for k, white in enumerate(whites))
        return np.concatenate([*parts])[order]

    weights = _all(white.weights for white in whites)
    return White(
        np.concatenate([white.planes for white in whites])[order],
        np.concatenate([white.sigmas for white in whites])[order],
        "; ".join(f"channel {k}: {white.said}" for k, white in enumerate(whites)),
        np.concatenate([white.boxes for white in whites])[order],
        back,
        None if weights is None else np.concatenate(weights)[order],
        whites[0].correlation,  # the same for all: a known one, or that of the planes
    )


def _all(parts: Iterable[Planes | None]) -> list[Planes] | None:
    """Return all of the parts, or None where there are none; either all channels have one or no channel."""
    there = [part for part in parts if part is not None]
    return there or None
