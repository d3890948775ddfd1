"""Non-decreasing linear splines, odd, with knots at the integers: derivatives of convex profiles.

A spline is given by its rises between the knots 0, 1, ..., n; with rises that are not negative it is
non-decreasing. Beyond the last knot it stays constant, so that the profile goes on as a straight line.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def project(rises: Tensor) -> Tensor:
    """Return the nearest rises of a non-decreasing spline."""
    return rises.clamp_min(0)


def spline(u: Tensor, rises: Tensor) -> Tensor:
    """Return the splines' values.

    Args:
        u: arguments, `(batch, channels, height, width)`.
        rises: of each channel's spline from knot to knot, `(channels, intervals)`.

    Returns:
        Of the shape of `u`; differentiable in both.
    """
    values: Tensor = _Spline.apply(u, rises)
    return values


def slope(u: Tensor, rises: Tensor) -> Tensor:
    """Return the splines' derivative, see `spline`; at a knot, that to its right (for u > 0)."""
    index, _ = _place(u, rises.shape[1])
    return _table(rises).index_select(0, index).view_as(u)


def integrated(u: Tensor, rises: Tensor) -> tuple[Tensor, Tensor]:
    """Return the integrals of the splines from 0, and the splines' values, see `spline`.

    The integrals are even, and convex where the splines do not decrease. Both at once take little more than
    half of the time of one after the other.
    """
    index, share = _place(u, rises.shape[1])
    slopes, starts = _table(rises), _starts(rises)
    means = (starts + 0.5 * slopes.view_as(starts))[:, :-1]
    before = torch.cat((means.new_zeros(means.shape[0], 1), means.cumsum(1)), 1).flatten()
    first, value, rise = (t.index_select(0, index) for t in (before, starts.flatten(), slopes))
    climbed = rise.mul_(share)
    integral = first.addcmul_(share, value.add(climbed, alpha=0.5)).view_as(u)
    return integral, value.add_(climbed).view_as(u).copysign_(u)


def _place(u: Tensor, intervals: int) -> tuple[Tensor, Tensor]:
    """Return the interval of each |u|, counted over all channels, int32, and the way from its knot."""
    size = u.abs().flatten()
    whole = size.floor().clamp_(max=intervals)
    share = size - whole
    channels = torch.arange(u.shape[1], device=u.device, dtype=torch.int32) * (intervals + 1)
    index = whole.to(torch.int32).view_as(u) + channels.view(1, -1, *(1,) * (u.ndim - 2))
    return index.flatten(), share


def _table(rises: Tensor) -> Tensor:
    """The rise of each interval, the last, unbounded one of none: `(channels * (intervals + 1),)`."""
    return torch.cat((rises, rises.new_zeros(rises.shape[0], 1)), 1).flatten()


def _starts(rises: Tensor) -> Tensor:
    """The value at the left of each interval, `(channels, intervals + 1)`."""
    return torch.cat((rises.new_zeros(rises.shape[0], 1), rises.cumsum(1)), 1)


class _Spline(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, u: Tensor, rises: Tensor) -> Tensor:
        index, share = _place(u, rises.shape[1])
        slopes = _table(rises).index_select(0, index)
        starts = _starts(rises).flatten().index_select(0, index)
        ctx.save_for_backward(u, index, share, slopes)
        ctx.intervals = rises.shape[1]
        return torch.addcmul(starts, share, slopes).view_as(u).mul_(u.sign())

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        u, index, share, slopes = ctx.saved_tensors
        (gradient,) = grad_outputs
        grad_u = gradient * slopes.view_as(u) if ctx.needs_input_grad[0] else None
        if not ctx.needs_input_grad[1]:
            return grad_u, None
        signed = (gradient * u.sign()).flatten()
        empty = signed.new_zeros(u.shape[1] * (ctx.intervals + 1))
        whole = empty.index_add(0, index, signed).view(u.shape[1], -1)
        part = empty.index_add(0, index, signed * share).view(u.shape[1], -1)
        # a rise counts by its share where the argument lies in its interval, in full beyond
        beyond = whole.flip(1).cumsum(1).flip(1)[:, 1:]
        return grad_u, part[:, :-1] + beyond
