"""A camera some of whose pixels see nothing."""

from __future__ import annotations

from dataclasses import dataclass

from .camera import Camera

_STRONGER = 1.6
"""Noise level whose strengths suit an image with holes, over its own: measured with a fifth to four fifths of
the pixels, sigma 5 and 20."""
_LEAST = 0.5
"""No lower level is known to the models."""


@dataclass(frozen=True, kw_only=True)
class HollowCamera(Camera):
    """Denoising where the holes matter more than the noise."""

    name = "input"
    settled = 0.1
    needs_holes = True

    def level(self, sigma: float) -> float:
        """See `Camera`."""
        return max(_STRONGER * sigma, _LEAST)
