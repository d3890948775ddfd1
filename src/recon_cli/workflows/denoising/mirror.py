"""Images that are smaller than what a prior looks at, such as a patch: their mirror image around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Planes = TypeVar("Planes", bound=NDArray[Any])


@dataclass(frozen=True)
class Mirror:
    """A frame around planes.

    Attributes:
        rows: above and below.
        cols: left and right.
        shape: of the planes with it.
    """

    rows: tuple[int, int]
    cols: tuple[int, int]
    shape: tuple[int, int]

    @classmethod
    def up_to(cls, height: int, width: int, least: int) -> Mirror:
        """Return the frame that makes planes of a height and width at least so many pixels high and wide."""
        missing = (max(least - height, 0), max(least - width, 0))
        rows, cols = ((each // 2, each - each // 2) for each in missing)
        return cls(rows, cols, (height + missing[0], width + missing[1]))

    def extended(self, planes: Planes) -> Planes:
        """Return planes, `(n, height, width)`, with what a mirror at their edges shows."""
        return np.pad(planes, ((0, 0), self.rows, self.cols), "symmetric")  # type: ignore[return-value]

    def own(self, planes: Planes, factor: int = 1) -> Planes:
        """Return what belongs to the planes that were extended.

        Args:
            planes: `(n, height, width)`, pixels of the extended planes, or parts of them.
            factor: of such parts to a pixel, in both directions.
        """
        (top, _), (left, _) = self.rows, self.cols
        height, width = self.shape[0] - sum(self.rows), self.shape[1] - sum(self.cols)
        rows, cols = (slice(factor * a, factor * (a + n)) for a, n in ((top, height), (left, width)))
        return planes[:, rows, cols]  # type: ignore[return-value]
