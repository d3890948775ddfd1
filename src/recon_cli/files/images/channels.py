"""The channels of a stack, each of which has a range of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .span import Span


@dataclass(frozen=True)
class Spans:
    """What becomes 0 and 1 in each channel.

    Attributes:
        each: of a channel.
        channel: number of that of each plane, `(planes,)`.
    """

    each: tuple[Span, ...]
    channel: NDArray[np.intp]

    @classmethod
    def one(cls, span: Span, planes: int) -> Spans:
        """Return the spans of planes that share one."""
        return cls((span,), np.zeros(planes, np.intp))

    def of_plane(self, plane: int) -> Span:
        """Return the span of a plane."""
        return self.each[self.channel[plane]]

    def describe(self) -> str:
        """Return them in words."""
        if len(set(self.each)) == 1:
            return self.each[0].describe()
        return "; ".join(f"channel {k}: {span.describe()}" for k, span in enumerate(self.each))

    @property
    def boxes(self) -> NDArray[np.float64]:
        """The least and the largest intensity of each plane, `(planes, 2)`."""
        return np.array([span.box for span in self.each])[self.channel]
