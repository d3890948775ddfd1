"""Systems of one positive definite map, whose right sides change little from one to the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ..reductions import pixel_sum
from .conjugate_gradients import Map
from .last_directions import KEPT, Fresh, Pair, padded

_REDUCTION = 0.4
"""Share of a residual that suffices."""
_STEPS, _LATE, _MORE, _MOST = 10, 40, 4, 200
"""Most new directions of a system: ten suffice where an image settles soon. Of quiet data it does not, or
never would: each system after so many may have more of them, up to the last number."""


NUMBERS = 4 * KEPT + 5
"""For each pixel of a plane: directions, old and new, what the map makes of them, and the last solution,
there in double precision, too, with what the map makes of it."""


Directed = Callable[[Tensor], tuple[Tensor, Tensor]]


class RecycledSteps:
    """Solves each system a little: steps in the last directions, then in new ones where these do not suffice.

    The directions are conjugate, as those of the method of conjugate gradients, so that the steps in those of
    earlier systems need no further use of the map (Parks et al., "Recycling Krylov subspaces for sequences of
    linear systems", SIAM J. Sci. Comput. 2006). Systems so hard that the new ones do not suffice either
    begin without old ones: these would keep the solutions from settling. An image of a batch takes the steps
    that it would take alone.
    """

    def __init__(self, apply: Map, direct: Directed, like: Tensor, parts: int = 1) -> None:
        """Begin without directions.

        Args:
            apply: the map `A`, symmetric positive definite, on `(planes, height, width)`, but for what `pull`
                has of it in each call.
            direct: takes a residual to an approximate solution, linear and symmetric positive definite, and
                returns with it what the map makes of it.
            like: a right side, for its shape.
            parts: planes of an image, which the map may mix.
        """
        self._apply, self._direct = apply, direct
        self._shape = (-1, parts, *like.shape[1:])
        self._kept: deque[Pair] = deque(maxlen=KEPT)
        self._solved: tuple[Tensor, Tensor, Tensor] | None = None
        """The last solution, the same in double precision, and what the map makes of it, less what is
        constant in the right sides. Rounding that changes from system to system would keep solutions from
        settling where the map is nearly singular."""
        self._counts: list[int] = []
        """Systems of each image so far."""

    def __call__(self, right: Tensor, x: Tensor, pull: Map | None = None) -> Tensor:
        """Return a better solution of `A x = right`, for each image of the batch.

        Args:
            right: `(planes, height, width)`.
            x: first guess, of the same shape; not changed. That of the call before saves a use of the map.
            pull: takes x to what `right - A x` has beside `right - apply(x)`, for a constant that is no part
                of `right`, and the same in every call.
        """
        _, exact, image = self._known(x, pull)
        residual = (right.view(self._shape) - image).to(right)
        goal = _REDUCTION**2 * _dot(residual, residual)
        change, moved = torch.zeros_like(residual), torch.zeros_like(residual)
        for direction, mapped in self._kept:
            along = _dot(direction, residual)
            change.addcmul_(along, direction)
            moved.addcmul_(along, mapped)
            residual.addcmul_(along, mapped, value=-1)

        counts = self._counts or [0] * len(residual)
        limits = [min(max(_STEPS, _MORE * (count - _LATE)), _MOST) for count in counts]
        most = torch.tensor(limits, device=right.device)[:, None, None, None]
        fresh, reached = Fresh(), most < 0
        while True:
            may = fresh.steps < most
            reached = reached | (may & (_dot(residual, residual) <= goal))
            going = may & ~reached
            left = int(going.sum())
            if not left:
                break
            new, mapped = (each.view(self._shape) for each in self._direct(residual.view(right.shape)))
            for earlier, its_image in (*self._kept, *fresh.pairs):
                share = _dot(its_image, new)
                new = torch.addcmul(new, share, earlier, value=-1)
                mapped = torch.addcmul(mapped, share, its_image, value=-1)
            length = _dot(new, mapped).clamp_min(0).sqrt()
            scale = torch.where((length > 0) & going, 1 / length, 0.0)
            new, mapped = scale * new, scale * mapped
            along = _dot(new, residual)
            change.addcmul_(along, new)
            moved.addcmul_(along, mapped)
            residual.addcmul_(along, mapped, value=-1)
            fresh.add((new, mapped), None if left == len(counts) else going)
        # not before: all directions of a system are conjugate to the old ones
        self._kept = fresh.after(self._kept, reached)
        exact = exact + change
        x = exact.to(right).view(right.shape)
        self._solved, self._counts = (x, exact, image + moved), [count + 1 for count in counts]
        return x

    def _known(self, x: Tensor, pull: Map | None) -> tuple[Tensor, Tensor, Tensor]:
        """Return what is known of a first guess, as of the last solution."""
        if self._solved is not None and self._solved[0] is x:
            return self._solved
        image = self._apply(x).double()
        if pull is not None:
            image = image - pull(x)
        return x, x.double().view(self._shape), image.view(self._shape)

    def beside(
        self,
        many: Sequence[RecycledSteps],
        rights: Sequence[Tensor],
        xs: Sequence[Tensor],
        pulls: Sequence[Map | None],
    ) -> list[Tensor]:
        """Solve the next system of several others at once, and let them go on from there.

        Args:
            many: the others, whose maps this one has for the images of each, one behind the other.
            rights: of each, see the call.
            xs: first guesses of each.
            pulls: of each, see the call.

        Returns:
            The solution of each.
        """
        known = [one._known(x, pull) for one, x, pull in zip(many, xs, pulls, strict=True)]
        images, planes = [len(exact) for _, exact, _ in known], [len(x) for x in xs]
        x, exact, image = (torch.cat(parts) for parts in zip(*known, strict=True))
        self._solved = (x, exact, image)
        self._counts = [n for one, here in zip(many, images, strict=True) for n in one._counts or [0] * here]
        kept = [padded(one._kept, before[1].to(x)) for one, before in zip(many, known, strict=True)]
        self._kept = deque((_behind(pairs) for pairs in zip(*kept, strict=True)), KEPT)
        self(torch.cat(list(rights)), x)
        x, exact, image = self._solved
        parts = zip(x.split(planes), exact.split(images), image.split(images), strict=True)
        pairs = [(d.split(images), m.split(images)) for d, m in self._kept]
        first = 0
        for k, (one, solved) in enumerate(zip(many, parts, strict=True)):
            one._solved = solved
            one._kept = deque(((d[k], m[k]) for d, m in pairs), KEPT)
            one._counts = self._counts[first : first + images[k]]
            first += images[k]
        return list(x.split(planes))


def _behind(pairs: Sequence[Pair]) -> Pair:
    return torch.cat([direction for direction, _ in pairs]), torch.cat([mapped for _, mapped in pairs])


def _dot(a: Tensor, b: Tensor) -> Tensor:
    """Return the inner products of images, `(..., images, 1, 1, 1)`."""
    return pixel_sum(a * b).sum(-1)[..., None, None, None]
