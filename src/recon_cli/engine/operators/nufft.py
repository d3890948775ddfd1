"""The non-uniform Fourier transform and its adjoint (Barnett, Magland and af Klinteberg, FINUFFT, 2019)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

_ROUNDS = 30
"""Of the iteration for the density; more change little."""
_ERROR = {torch.complex64: 1e-6, torch.complex128: 1e-13}
"""Relative to the largest, of a transform in a precision."""


def to_samples(images: Tensor, phases: Tensor) -> Tensor:
    """Return `sum_r x(r) exp(-i phase r)` at each place, `(images, samples)`.

    Args:
        images: complex, `(images, height, width)`; their origin is in the middle.
        phases: along rows and columns, in radians a pixel, `(samples, 2)`, in double precision.
    """
    made: Tensor = _ToSamples.apply(images, phases)
    return made


def from_samples(samples: Tensor, phases: Tensor, shape: tuple[int, int]) -> Tensor:
    """Return the adjoint, `sum_k y(k) exp(i phase r)` at each pixel, `(images, height, width)`.

    Args:
        samples: complex, `(images, samples)`.
        phases: as in `to_samples`.
        shape: height and width.
    """
    made: Tensor = _FromSamples.apply(samples, phases, shape)
    return made


def compensation(phases: Tensor, shape: tuple[int, int]) -> Tensor:
    """Return weights of samples for their density: the room around each, in places of a grid, `(samples,)`.

    By the iteration of Pipe and Menon (Magn. Reson. Med. 1999); its kernel is that of a tent over twice the
    image, which is not negative anywhere.

    Args:
        phases: as in `to_samples`.
        shape: height and width of the images.
    """
    height, width = shape
    tents = [1 - _line(2 * length + 1)[:-1].abs() for length in shape]
    tent = torch.outer(tents[0], tents[1])
    weights = torch.ones(1, len(phases), dtype=torch.complex128)
    for _ in range(_ROUNDS):
        around = to_samples(from_samples(weights, phases, (2 * height, 2 * width)) * tent, phases)
        weights = weights / around.abs().clamp_min(1e-12)
    # what is smooth comes out as bright as it is
    smooth = torch.exp(-4 * (_line(height)[:, None] ** 2 + _line(width) ** 2))[None].to(torch.complex128)
    seen = from_samples(to_samples(smooth, phases) * weights, phases, shape) / (height * width)
    return weights[0].real * float((smooth * smooth).real.sum() / (seen * smooth).real.sum())


def _line(count: int) -> Tensor:
    return torch.linspace(-1, 1, count, dtype=torch.float64)


class _ToSamples(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, images: Tensor, phases: Tensor) -> Tensor:
        context.save_for_backward(phases)
        context.shape = tuple(images.shape[1:])
        return _transformed(2, images, phases, None)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (phases,) = context.saved_tensors
        return from_samples(gradient, phases, context.shape), None


class _FromSamples(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, samples: Tensor, phases: Tensor, shape: tuple[int, int]) -> Tensor:
        context.save_for_backward(phases)
        return _transformed(1, samples, phases, shape)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        (phases,) = context.saved_tensors
        return to_samples(gradient, phases), None, None


def _transformed(kind: int, values: Tensor, phases: Tensor, shape: tuple[int, int] | None) -> Tensor:
    """Call the library, on a GPU its version for them where that is installed."""
    library, device = _library(values.device)
    given = values.detach().to(device).contiguous()
    points = phases.to(device, given.real.dtype)
    rows, columns = (points[:, axis].contiguous() for axis in (0, 1))
    sign, options = (1 if kind == 1 else -1), {"eps": _ERROR[given.dtype]}
    arrays: list[Any] = [rows, columns, given]
    if device == "cpu":
        arrays = [part.numpy() for part in (rows, columns, given)]
        options["nthreads"] = torch.get_num_threads()
    if kind == 1:
        made = library.nufft2d1(*arrays, shape, isign=sign, **options)
    else:
        made = library.nufft2d2(*arrays, isign=sign, **options)
    return (
        torch.as_tensor(made).reshape(len(values), *made.shape[-2 if kind == 1 else -1 :]).to(values.device)
    )


def _library(device: torch.device) -> tuple[Any, str | torch.device]:
    if device.type == "cuda":
        try:
            import cufinufft
        except ImportError:
            pass  # the processor does it
        else:
            return cufinufft, device
    import finufft

    return finufft, "cpu"
