"""What a trainer needs of the map that it trains."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from .crops import inner

if TYPE_CHECKING:
    from ...engine.measurement import Measurement
    from .batches import Visit
    from .outcome import Learned


class Subject(nn.Module):
    """A denoiser with free parameters."""

    def __init__(self, margin: int) -> None:
        """Let so many pixels at the edges of crops not count."""
        super().__init__()
        self._margin = margin

    def forward(self, clean: Tensor, noisy: Tensor, sigma: float, visit: Visit | None = None) -> Tensor:
        """Return what a step minimises, `()`.

        Args:
            clean: `(batch, height, width)` in [0, 1].
            noisy: the same with noise.
            sigma: its level, of 255.
            visit: see `denoise`.
        """
        error = self.denoise(noisy, sigma, visit) - clean
        return self.loss(inner(error, self._margin), sigma)

    @abstractmethod
    def denoise(self, noisy: Tensor, sigma: float, visit: Visit | None = None) -> Tensor:
        """Denoise `(batch, height, width)`.

        Args:
            noisy: in [0, 1] up to noise.
            sigma: its level, of 255.
            visit: what was kept of these crops, and is kept again; None for a cold start.
        """

    def reconstruct(self, measurement: Measurement, visit: Visit | None = None) -> Tensor:
        """Return the image of a measurement in planes, where the subject is trained for other tasks, too.

        Args:
            measurement: of images, with the noise level whose strengths suit.
            visit: see `denoise`.
        """
        raise NotImplementedError

    def loss(self, error: Tensor, sigma: float) -> Tensor:
        """Return the size of an error: its mean magnitude, as in the paper.

        Args:
            error: of the denoised crops, `(batch, height, width)`.
            sigma: level of their noise, of 255.
        """
        del sigma
        return error.abs().mean()

    @abstractmethod
    def speed(self, name: str) -> float:
        """Return a parameter's learning rate over that of the training."""

    @abstractmethod
    def learned(self, values: dict[str, Tensor], training: dict[str, Any]) -> Learned:
        """Return what parameters stand for.

        Args:
            values: of the parameters, by name.
            training: how they were found, as plain JSON values.
        """
