"""Pictures that show what a result should be, and how far from them it is."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ...files.images import Picture
from ...files.images.axes import with_axes
from ...files.images.channels import Spans
from ...files.images.span import Span, check_type, range_of_type
from ...files.images.values import to_planes
from ...quality.metrics import psnr, ssim

_ANY = (-math.inf, math.inf)


def clean_planes(clean: Picture, noisy: Picture, spans: Spans, axes: str | None) -> NDArray[np.float32]:
    """Return the planes of what a picture should be.

    Args:
        clean: the reference.
        noisy: the picture.
        spans: of its channels.
        axes: letters that the user gave for those of the stored array, or None.

    Returns:
        Intensities on the scale of those of the picture, of its shape.

    Raises:
        ReconError: when it has another shape.
    """
    if clean.array.shape == noisy.array.shape:
        clean = with_axes(clean, axes)
    check_type(clean.array.dtype, clean.name)
    shapes = [each.changing().shape for each in (clean, noisy)]
    if math.prod(shapes[0][:-3]) != math.prod(shapes[1][:-3]) or shapes[0][-3:] != shapes[1][-3:]:
        raise ReconError(f"{clean.name} has shape {clean.array.shape}, the image has {noisy.array.shape}")
    each = tuple(_span_of_reference(clean, noisy, span) for span in spans.each)
    return to_planes(clean, replace(spans, each=each))


def _span_of_reference(clean: Picture, noisy: Picture, span: Span) -> Span:
    """Return what of a reference becomes 0 and 1: the values of the image, in units of its own type."""
    own, other = range_of_type(clean.changing()), range_of_type(noisy.changing())
    if span.given or own is None or other is None:
        return span
    return Span(span.low * own / other, span.high * own / other)


def scores_of(
    planes: NDArray[np.float32], clean: NDArray[np.float32], boxes: NDArray[np.float64]
) -> tuple[float, float]:
    """Return PSNR and SSIM.

    Args:
        planes: intensities of a picture.
        clean: what it should be.
        boxes: least and largest intensity of a pixel of each plane.
    """
    low, high = boxes.astype(np.float32).T[:, :, None, None, None]
    images, truths = (each.reshape(-1, *planes.shape[-2:]) for each in (planes.clip(low, high), clean))
    similarity = [ssim(image, truth, _ANY) for image, truth in zip(images, truths, strict=True)]
    return psnr(images, truths, _ANY), float(np.mean(similarity))
