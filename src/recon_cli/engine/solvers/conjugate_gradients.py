"""Preconditioned conjugate gradients for a batch of symmetric positive systems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from ..reductions import pixel_sum

Map = Callable[[Tensor], Tensor]
_SMALL = 2**17
"""Pixels of planes up to which one thread is faster than two; measured after blurs and in MRI, by half."""


@contextmanager
def in_one_thread(planes: Tensor) -> Iterator[None]:
    """Compute with small planes in one thread: their operations are over before another thread wakes up."""
    threads = torch.get_num_threads()
    if threads == 1 or planes.is_cuda or planes.numel() > _SMALL:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def conjugate_gradients(
    apply: Map,
    right: Tensor,
    start: Tensor,
    precondition: Map,
    tolerance: float,
    reduction: float = 0.0,
    max_iterations: int = 200,
    parts: int = 1,
) -> Tensor:
    """Solve `A x = right` for each image of the batch.

    Args:
        apply: the map `A`, symmetric positive definite.
        right: `(planes, height, width)`.
        start: first guess, of the same shape; not changed.
        precondition: an approximate inverse of `A`, symmetric positive definite.
        tolerance: stops when `|right - A x| <= tolerance |right|` in every image,
        reduction: or when the residual has fallen to this share of its first value.
        max_iterations: stops after so many.
        parts: planes of an image, which the map may mix.

    Returns:
        The solution, `(planes, height, width)`.
    """

    def dot(u: Tensor, v: Tensor) -> Tensor:
        product = pixel_sum(u * v)[:, None, None]
        return product.view(-1, parts, 1, 1).sum(1).repeat_interleave(parts, 0) if parts > 1 else product

    x = start
    residual = right - apply(x)
    first = dot(residual, residual)
    goal = torch.maximum(tolerance**2 * dot(right, right), reduction**2 * first)
    if bool((first <= goal).all()):
        return x
    z = precondition(residual)
    direction, rho = z, dot(residual, z)
    for _ in range(max_iterations):
        image = apply(direction)
        curvature = dot(direction, image)
        step = torch.where(curvature > 0, rho / curvature, 0.0)
        x = x + step * direction
        residual = residual - step * image
        if bool((dot(residual, residual) <= goal).all()):
            break
        z = precondition(residual)
        rho, last = dot(residual, z), rho
        direction = z + torch.where(last > 0, rho / last, 0.0) * direction
    return x
