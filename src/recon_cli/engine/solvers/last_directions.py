"""The last directions of each image of a batch, some of which need more than others, see `recycled`."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import torch
from torch import Tensor

KEPT = 4
"""Directions of earlier systems; measured in MRI, more gain nothing."""
Pair = tuple[Tensor, Tensor]
"""A direction of each image, `(images, parts, height, width)`, of length 1 in the norm of a map or zero, and
what the map makes of it."""


class Fresh:
    """The new directions of a system.

    Attributes:
        pairs: the last ones of each image, the newest one last.
        steps: how many there were.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self.pairs: deque[Pair] = deque(maxlen=KEPT)
        self.steps = 0
        self._own: int | Tensor = 0
        """Of each image, `(images, 1, 1, 1)` where they differ."""

    def add(self, pair: Pair, images: Tensor | None) -> None:
        """Take a direction.

        Args:
            pair: zero for images that need none.
            images: which ones need one, `(images, 1, 1, 1)` bool; None for all.
        """
        self.steps += 1
        if images is None:
            self.pairs.append(pair)
            self._own = self.steps
            return
        self._own = self._own + images.long()
        before = padded(self.pairs, pair[0])
        after = [*before[1:], pair]
        self.pairs.extend(_chosen(images, new, old) for new, old in zip(after, before, strict=True))

    def after(self, kept: deque[Pair], reached: Tensor) -> deque[Pair]:
        """Return the last directions of this system and of those before.

        Args:
            kept: of the systems before.
            reached: which images reached their goal, `(images, 1, 1, 1)` bool; the others have none.
        """
        last = deque((*kept, *self.pairs), KEPT)
        if isinstance(self._own, Tensor):
            like = self.pairs[-1][0]
            last = deque(_merged(padded(kept, like), padded(self.pairs, like), self._own), KEPT)
        if bool(reached.all()):
            return last
        if not bool(reached.any()):
            last.clear()
        return deque(((reached * direction, reached * mapped) for direction, mapped in last), KEPT)


def padded(pairs: Iterable[Pair], like: Tensor) -> list[Pair]:
    """Return as many pairs as are kept, the first ones zero, of the shape of `like`."""
    known = list(pairs)
    zero = torch.zeros_like(like)
    return [(zero, zero)] * (KEPT - len(known)) + known


def _merged(kept: list[Pair], fresh: list[Pair], own: Tensor) -> Iterable[Pair]:
    """Yield the last ones of each image, which has so many of the fresh ones."""
    for place, pair in enumerate(fresh):
        for count, old in enumerate(kept[place:]):
            pair = _chosen(own == count, old, pair)
        yield pair


def _chosen(images: Tensor, these: Pair, others: Pair) -> Pair:
    return torch.where(images, these[0], others[0]), torch.where(images, these[1], others[1])
