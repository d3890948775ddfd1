"""One frame of k-space as an inverse problem, and the way back to its units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...engine.domain import to_complex
from ...engine.operators.coils import Sense
from ...engine.operators.fourier import MaskedFourier, Sampling
from ...engine.operators.linear import LinearOperator
from ...errors import ReconError
from ..device import choose_device
from .coils import limit_maps

if TYPE_CHECKING:
    from ...engine.result import Solution
    from ..methods.method import Parameters
    from .options import MriOptions


@dataclass(frozen=True)
class Frame:
    """A reconstructed frame and how it came about.

    Attributes:
        image: `(height, width)`, float32 or complex64, in the units of k-space.
        zero_filled: the image that solvers start from, in the same units, not clipped.
        result: the solver's answer, scaled.
        parameters: what was used.
        seconds: wall-clock time of the solver.
        device: where it ran.
    """

    image: NDArray[Any]
    zero_filled: NDArray[Any]
    result: Solution
    parameters: Parameters
    seconds: float
    device: str


@dataclass(frozen=True)
class Measurement:
    """A frame.

    Attributes:
        operator: `H`.
        data: `y`, scaled, complex `(1, ...)`.
        units: what the image of k-space is multiplied by.
        device: where they are.
    """

    operator: LinearOperator
    data: Tensor
    units: float
    device: str

    def image(self, x: Tensor) -> NDArray[Any]:
        """Return planes as an image in the units of k-space, `(height, width)`, float32 or complex64."""
        parts = self.operator.parts
        image = x[0] if parts == 1 else to_complex(x, parts)[0]
        scaled: NDArray[Any] = image.cpu().numpy() / np.float32(self.units)
        return scaled


def measure(
    samples: NDArray[np.complex64],
    mask: NDArray[np.bool_],
    options: MriOptions,
    maps: NDArray[np.complex64] | None = None,
    scale: float = 1.0,
) -> Measurement:
    """Make a frame ready for a solver; the arguments are those of `reconstruct`.

    Raises:
        ReconError: when the shapes do not fit, or nothing is sampled.
    """
    coils, height, width = samples.shape
    if mask.shape != (height, width):
        raise ReconError(f"the mask has shape {mask.shape}, k-space has {(height, width)}")
    if not np.any(samples[:, mask]):
        raise ReconError("k-space holds no energy under the mask")
    if maps is None and coils > 1:
        raise ReconError(f"k-space of {coils} coils needs coil maps: --maps FILE or --maps auto")
    if maps is not None and maps.shape != samples.shape:
        raise ReconError(f"the coil maps have shape {maps.shape}, k-space has {samples.shape}")
    device = choose_device(options.device)
    parts = 2 if options.image == "complex" else 1
    sampling = Sampling(torch.from_numpy(mask).to(device), options.centred, options.fft == "shifted")
    data = torch.from_numpy(samples * mask * np.float32(scale)).to(device)
    if maps is None:
        return Measurement(MaskedFourier(sampling, parts), data[:1], scale, device)
    maps, largest = limit_maps(maps)
    operator = Sense(sampling, torch.from_numpy(maps).to(device), parts)
    # the image times the maps is what k-space holds
    return Measurement(operator, data[None], scale * largest, device)
