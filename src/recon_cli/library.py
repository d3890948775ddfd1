"""The denoiser for programs: arrays and tensors in, the same out, without files or output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

import numpy as np
import torch
from numpy.typing import NDArray

from .errors import ReconError
from .files.images.values import Span
from .priors.dictionary import DictionaryPrior
from .reconstruction import Reconstruction
from .solver import Solver
from .workflows.denoising.noise import GaussianNoise
from .workflows.denoising.pictures import Colour, denoise_picture
from .workflows.memory import usual_memory

if TYPE_CHECKING:
    from .device import Device
    from .solver import Mode

_LARGEST = 5
"""Of [0, 1] and the strongest noise; more are counts or percents."""
Array = TypeVar("Array", NDArray[np.floating], torch.Tensor)


@overload
def denoise(
    image: Array,
    sigma: float | Literal["auto", "planes"],
    *,
    channel_axis: int | None = ...,
    mode: Mode = ...,
    model: str | None = ...,
    beta: float | None = ...,
    lam: float | None = ...,
    tol: float | None = ...,
    max_iter: int = ...,
    color: Colour = ...,
    memory: int | None = ...,
    device: Device = ...,
    report: Literal[False] = ...,
) -> Array: ...


@overload
def denoise(
    image: Array,
    sigma: float | Literal["auto", "planes"],
    *,
    channel_axis: int | None = ...,
    mode: Mode = ...,
    model: str | None = ...,
    beta: float | None = ...,
    lam: float | None = ...,
    tol: float | None = ...,
    max_iter: int = ...,
    color: Colour = ...,
    memory: int | None = ...,
    device: Device = ...,
    report: Literal[True],
) -> tuple[Array, Reconstruction]: ...


def denoise(
    image: Array,
    sigma: float | Literal["auto", "planes"],
    *,
    channel_axis: int | None = None,
    mode: Mode = "full",
    model: str | None = None,
    beta: float | None = None,
    lam: float | None = None,
    tol: float | None = None,
    max_iter: int = 10_000,
    color: Colour = "joint",
    memory: int | None = None,
    device: Device = "auto",
    report: bool = False,
) -> Array | tuple[Array, Reconstruction]:
    """Denoise an image or a stack of images.

    Args:
        image: `(..., height, width)`, and a channel axis where `channel_axis` says so; any floating type,
            intensities in [0, 1] up to noise.
        sigma: noise level, of 255; `auto` estimates one for all planes, `planes` one for each.
        channel_axis: where the channels are; None for grey.
        mode: `full` for the certified minimum (of a model that minimises twice the second), `early-stop`, or
            `unrolled` for the fastest.
        model: a bundled name or a dictionary file; None takes what does best at the noise level.
        beta: weight of the patch term; None takes the model's.
        lam: soft-threshold level; None likewise.
        tol: of the mode's stop rule, a certified relative gap of 1e-3 by default (`full`).
        max_iter: most iterations, of each minimum.
        color: whether three channels are denoised together.
        memory: what the solver and its copies of planes may take, in bytes; larger images go in tiles.
        device: `auto`, `cpu` or `cuda`.
        report: return, besides, how the result came about, with its certified gap.

    Returns:
        What was given, of the same type, shape, dtype and device, in [0, 1]; with `report` a pair.

    Raises:
        ReconError: when the image is smaller than a patch, not floating or not finite, or no parameters
            are known.
    """
    array = image.detach().cpu().numpy() if isinstance(image, torch.Tensor) else image
    if array.dtype.kind != "f" or array.ndim < 2 + (channel_axis is not None):
        raise ReconError(f"give floats in [0, 1], (..., height, width), not {array.dtype} of {array.shape}")
    if not np.isfinite(array).all():
        raise ReconError("the image has NaN or infinite pixels")
    if array.size and np.abs(array).max() > _LARGEST:
        low, high = float(array.min()), float(array.max())
        raise ReconError(f"the image has values from {low:.4g} to {high:.4g}; scale it to [0, 1]")
    ordered = array[..., None] if channel_axis is None else np.moveaxis(array, channel_axis, -1)
    stack = np.moveaxis(ordered, -1, -3)
    planes = np.ascontiguousarray(stack.reshape(-1, *stack.shape[-3:]), np.float32)
    prior, solver = DictionaryPrior(model, beta, lam), Solver(mode, tol, max_iter, device)
    white = GaussianNoise(sigma).whiten(planes, Span(0, 1))
    done = denoise_picture(white.planes, white.sigmas, prior, solver, memory or usual_memory(device), color)
    last = np.moveaxis(np.asarray(done.image).reshape(stack.shape), -3, -1)
    result = last[..., 0] if channel_axis is None else np.moveaxis(last, -1, channel_axis)
    result = np.ascontiguousarray(result, array.dtype)
    made: Any = torch.from_numpy(result).to(image.device) if isinstance(image, torch.Tensor) else result
    return (made, done) if report else made
