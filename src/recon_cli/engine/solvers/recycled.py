"""Systems of one positive definite map, whose right sides change little from one to the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import torch
from torch import Tensor

from ..reductions import pixel_sum
from .conjugate_gradients import Map

_KEPT = 4
"""Directions of earlier systems; measured in MRI, more gain nothing."""
_REDUCTION = 0.4
"""Share of a residual that suffices."""
_STEPS, _LATE, _MORE, _MOST = 10, 40, 4, 200
"""Most new directions of a system: ten suffice where an image settles soon. Of quiet data it does not, or
never would: each system after so many may have more of them, up to the last number."""


NUMBERS = 4 * _KEPT + 5
"""For each pixel of a plane: directions, old and new, what the map makes of them, and the last solution,
there in double precision, too, with what the map makes of it."""


Directed = Callable[[Tensor], tuple[Tensor, Tensor]]


class RecycledSteps:
    """Solves each system a little: steps in the last directions, then in new ones where these do not suffice.

    The directions are conjugate, as those of the method of conjugate gradients, so that the steps in those of
    earlier systems need no further use of the map (Parks et al., "Recycling Krylov subspaces for sequences of
    linear systems", SIAM J. Sci. Comput. 2006). Systems so hard that the new ones do not suffice either
    begin without old ones: these would keep the solutions from settling.
    """

    def __init__(self, apply: Map, direct: Directed, like: Tensor, parts: int = 1) -> None:
        """Begin without directions.

        Args:
            apply: the map `A`, symmetric positive definite, on `(planes, height, width)`.
            direct: takes a residual to an approximate solution, linear and symmetric positive definite, and
                returns with it what the map makes of it.
            like: a right side, for its shape.
            parts: planes of an image, which the map may mix.
        """
        self._apply, self._direct = apply, direct
        self._shape = (-1, parts, *like.shape[1:])
        self._kept: deque[tuple[Tensor, Tensor]] = deque(maxlen=_KEPT)
        """Directions of length 1 in the norm of `A`, or zero, and what the map makes of them."""
        self._solved: tuple[Tensor, Tensor, Tensor] | None = None
        """The last solution, the same in double precision, and what the map makes of it. Rounding that
        changes from system to system would keep solutions from settling where the map is nearly singular."""
        self._count = 0

    def __call__(self, right: Tensor, x: Tensor) -> Tensor:
        """Return a better solution of `A x = right`, for each image of the batch.

        Args:
            right: `(planes, height, width)`.
            x: first guess, of the same shape; not changed. That of the call before saves a use of the map.
        """
        last = self._solved
        if last is None or last[0] is not x:
            last = x, x.double().view(self._shape), self._apply(x).double().view(self._shape)
        _, exact, image = last
        residual = (right.view(self._shape) - image).to(right)
        goal = _REDUCTION**2 * _dot(residual, residual)
        change, moved = torch.zeros_like(residual), torch.zeros_like(residual)
        for direction, mapped in self._kept:
            along = _dot(direction, residual)
            change.addcmul_(along, direction)
            moved.addcmul_(along, mapped)
            residual.addcmul_(along, mapped, value=-1)

        most = min(max(_STEPS, _MORE * (self._count - _LATE)), _MOST)
        fresh: deque[tuple[Tensor, Tensor]] = deque(maxlen=_KEPT)
        for _ in range(most):
            if bool((_dot(residual, residual) <= goal).all()):
                break
            new, mapped = (each.view(self._shape) for each in self._direct(residual.view(right.shape)))
            for earlier, its_image in (*self._kept, *fresh):
                share = _dot(its_image, new)
                new = torch.addcmul(new, share, earlier, value=-1)
                mapped = torch.addcmul(mapped, share, its_image, value=-1)
            length = _dot(new, mapped).clamp_min(0).sqrt()
            scale = torch.where(length > 0, 1 / length, 0.0)
            new, mapped = scale * new, scale * mapped
            along = _dot(new, residual)
            change.addcmul_(along, new)
            moved.addcmul_(along, mapped)
            residual.addcmul_(along, mapped, value=-1)
            fresh.append((new, mapped))
        else:
            self._kept.clear()
            fresh.clear()
        self._kept.extend(fresh)  # not before: all directions of a system are conjugate to the old ones
        exact = exact + change
        x = exact.to(right).view(right.shape)
        self._solved, self._count = (x, exact, image + moved), self._count + 1
        return x


def _dot(a: Tensor, b: Tensor) -> Tensor:
    """Return the inner products of images, `(..., images, 1, 1, 1)`."""
    return pixel_sum(a * b).sum(-1)[..., None, None, None]
