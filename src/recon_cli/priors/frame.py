"""A frame of unknown pixels around an image, so that its border is treated like its middle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from torch import Tensor

from ..engine.fast_length import fast_length
from ..engine.measurement import Measurement
from ..engine.operators.crop import Crop


def frame_of(shape: tuple[int, int], size: int, stride: int) -> Crop:
    """Return the crop of an image with a frame so wide that the patches of two sides do not overlap.

    A patch reaches `size - 1` pixels into the frame; a wider one changes the image by a thousandth of a dB,
    and delays it. Height and width become multiples of the stride whose Fourier transforms are fast.
    """
    margin = size - 1
    wide = (stride * fast_length(-(-(length + 2 * margin) // stride)) for length in shape)
    further = [whole - length - 2 * margin for whole, length in zip(wide, shape, strict=True)]
    return Crop(shape, margin, (further[0], further[1]))


def wanted_of(measurement: Measurement, frame: Crop | None) -> Callable[[Tensor], Tensor]:
    """Return what cuts the part that is wanted out of planes, of those with a frame out of its middle."""
    whole = frame or Crop(measurement.shape, 0)
    return lambda planes: measurement.wanted(whole.forward(planes))


def extended(measurement: Measurement, frame: Crop) -> Measurement:
    """Return the measurement of a larger image, with a frame that was not measured."""
    domain = measurement.domain
    if domain.support is not None:
        around = ~frame.seen().to(domain.support.device)
        support = around | (frame.adjoint(domain.support.float()) > 0)
        domain = replace(domain, support=support)  # type: ignore[type-var]
    return replace(measurement, operator=measurement.operator @ frame, domain=domain)
