"""How much memory a method takes, for the size of tiles and before it begins."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Footprint:
    """Memory in bytes: a fixed part, and one that grows with the pixels that are solved together.

    Attributes:
        of: what takes it, in words.
        a_pixel: for each pixel.
        fixed: whatever the image.
        frame: pixels that every plane is longer and wider by in the solver, and that count as well.
    """

    of: str
    a_pixel: int
    fixed: int = 0
    frame: int = 0

    def area(self, height: int, width: int) -> int:
        """Return how many pixels of a plane count."""
        return (height + self.frame) * (width + self.frame)

    def bytes(self, pixels: int) -> int:
        """Return what so many pixels take, those of frames among them."""
        return self.fixed + self.a_pixel * pixels

    def pixels(self, memory: int) -> int:
        """Return how many pixels may be solved together, those of frames among them."""
        return max(memory - self.fixed, 0) // self.a_pixel
