"""Denoise arrays and tensors."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, overload

import numpy as np
import torch
from numpy.typing import NDArray

from ..arguments import one_of, positive
from ..errors import ReconError
from ..files.images.channels import Spans
from ..priors.dictionary import DictionaryPrior
from ..reconstruction import Reconstruction
from ..solver import Solver
from ..workflows.denoising.noise import GaussianNoise
from ..workflows.denoising.noise_map import NoiseMap
from ..workflows.denoising.pictures import Colour, denoise_picture
from ..workflows.denoising.whitening import whiten
from ..workflows.memory import usual_memory
from .arrays import Intensities, as_array, like

if TYPE_CHECKING:
    from ..device import Device
    from ..modes import Mode
    from ..workflows.denoising.noise import Noise
    from ..workflows.file_workflow import Follow

Array = TypeVar("Array", NDArray[Any], torch.Tensor)


@overload
def denoise(
    image: Array,
    sigma: float | Literal["auto", "planes"] | NDArray[Any] | torch.Tensor,
    *,
    channel_axis: int | None = ...,
    value_range: tuple[float, float] | Literal["auto"] | None = ...,
    mode: Mode = ...,
    model: str | None = ...,
    beta: float | None = ...,
    lam: float | None = ...,
    tol: float | None = ...,
    max_iter: int = ...,
    color: Colour = ...,
    memory: int | None = ...,
    device: Device = ...,
    follow: Follow | None = ...,
    report: Literal[False] = ...,
) -> Array: ...


@overload
def denoise(
    image: Array,
    sigma: float | Literal["auto", "planes"] | NDArray[Any] | torch.Tensor,
    *,
    channel_axis: int | None = ...,
    value_range: tuple[float, float] | Literal["auto"] | None = ...,
    mode: Mode = ...,
    model: str | None = ...,
    beta: float | None = ...,
    lam: float | None = ...,
    tol: float | None = ...,
    max_iter: int = ...,
    color: Colour = ...,
    memory: int | None = ...,
    device: Device = ...,
    follow: Follow | None = ...,
    report: Literal[True],
) -> tuple[Array, Reconstruction]: ...


def denoise(
    image: Array,
    sigma: float | Literal["auto", "planes"] | NDArray[Any] | torch.Tensor,
    *,
    channel_axis: int | None = None,
    value_range: tuple[float, float] | Literal["auto"] | None = None,
    mode: Mode = "settled",
    model: str | None = None,
    beta: float | None = None,
    lam: float | None = None,
    tol: float | None = None,
    max_iter: int = 10_000,
    color: Colour = "joint",
    memory: int | None = None,
    device: Device = "auto",
    follow: Follow | None = None,
    report: bool = False,
) -> Array | tuple[Array, Reconstruction]:
    """Denoise an image or a stack of images.

    Args:
        image: `(..., height, width)`, and a channel axis where `channel_axis` says so; floats in [0, 1] up to
            noise, or any floats and integers with their range.
        sigma: noise level, in 8-bit grey levels: 25 is 25/255 of the range. `auto` estimates one for all
            planes, `planes` one for each. An array or tensor is a map of the levels of the pixels, of the
            image's shape without channels, or `(height, width)`.
        channel_axis: where the channels are; None for grey.
        value_range: the two values that are black and white, to which results are cut; without it they stay
            in [0, 1], or between the smallest and the largest value where those beyond are more than noise.
            `auto` finds them as the command does, of floats in any unit and of integers as well.
        mode: `settled` for the minimum until the image has settled, `full` for a certified one (of a model
            that minimises twice the second), `early-stop`, or
            `unrolled` for the fastest.
        model: a bundled name or a dictionary file; None takes what does best at the noise level.
        beta: weight of the patch term; None takes the model's.
        lam: soft-threshold level; None likewise.
        tol: of the mode's stop rule: by default 0.1 grey levels of 255 from the minimum, below sigma 7
            less (`settled`), a certified relative gap of 1e-3 (`full`).
        max_iter: most iterations, of each minimum.
        color: whether three channels are denoised together.
        memory: what the solver and its copies of planes may take, in bytes; larger images go in tiles.
        device: `auto`, `cpu` or `cuda`.
        follow: called before planes or a tile are solved, with words about them and the tolerance of the
            stop rule; gives what is called with the solver's status of each iteration. What either raises
            ends the work.
        report: return, besides, how the result came about, with its certified gap.

    Returns:
        What was given, of the same type, shape, dtype and device, within the range; with `report` a pair.

    Raises:
        ReconError: when an argument is not one of those, the image is not finite, or no parameters are known.
    """
    array = as_array(image, "image")
    if array.ndim < 2 + (channel_axis is not None):
        raise ReconError(f"an image is (..., height, width), and this has the shape {array.shape}", 2)
    if not array.size:
        raise ReconError(f"an image of the shape {array.shape} is empty", 2)
    if channel_axis is not None and not _is_axis(channel_axis, array.ndim):
        raise ReconError(
            f"channel_axis is one of the {array.ndim} axes of the image, and is {channel_axis!r}",
            2,
        )
    if memory is not None:
        positive("memory", memory)
    one_of("color", color, get_args(Colour))
    noise, given = _noise(sigma, array.shape, channel_axis), beta is not None or lam is not None
    ordered = array[..., None] if channel_axis is None else np.moveaxis(array, channel_axis, -1)
    stack = np.moveaxis(ordered, -1, -3)
    intensities = Intensities.of(stack, value_range, noise.least_range, given)
    planes = intensities.scaled(np.ascontiguousarray(stack.reshape(-1, *stack.shape[-3:])))
    prior, solver = DictionaryPrior(model, beta, lam), Solver(mode, tol, max_iter, device)
    spans = Spans.one(intensities.span, len(planes))
    white = whiten(noise.split(spans.channel, planes.shape[1]), planes, spans)
    memory = memory or usual_memory(device)
    done = denoise_picture(
        white.planes,
        white.sigmas,
        prior,
        solver,
        memory,
        color,
        follow,
        boxes=white.boxes,
        weights=white.weights,
    )
    last = np.moveaxis(np.asarray(done.image).reshape(stack.shape), -3, -1)
    result = last[..., 0] if channel_axis is None else np.moveaxis(last, -1, channel_axis)
    made = like(intensities.back(result), image)
    return (made, replace(done, image=made)) if report else made


def _is_axis(axis: Any, dimensions: int) -> bool:
    return isinstance(axis, (int, np.integer)) and int(axis) in range(-dimensions, dimensions)


def _noise(sigma: Any, shape: tuple[int, ...], channel_axis: int | None) -> Noise:
    """Return what is known of the noise of an image of a shape, checked."""
    if isinstance(sigma, str) or not np.ndim(sigma):
        return GaussianNoise(_level(sigma))
    levels = as_array(sigma, "map of sigma")
    lengths = list(shape)
    if channel_axis is not None:
        del lengths[channel_axis]
    if levels.dtype.kind not in "uif" or levels.shape not in (tuple(lengths), tuple(lengths[-2:])):
        raise ReconError(
            f"a map of sigma has numbers for {' x '.join(map(str, lengths))} pixels, or those of a plane, "
            f"and this has {levels.dtype} values of the shape {levels.shape}",
            2,
        )
    return NoiseMap(levels.reshape(-1, *levels.shape[-2:]).astype(np.float64))


def _level(sigma: Any) -> float | Literal["auto", "planes"]:
    """Return a noise level, checked."""
    if isinstance(sigma, str) and sigma in ("auto", "planes"):
        return "auto" if sigma == "auto" else "planes"
    try:
        level = float(sigma)
    except (TypeError, ValueError):
        level = math.nan
    if not 0 < level < math.inf:
        raise ReconError(f"sigma has to be a positive number, auto or planes, and is {sigma!r}", 2)
    return level
