"""Several sets of coil sensitivities, where the field of view is too small (Uecker et al., 2014)."""

from __future__ import annotations

from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from .coils import CoilMaps
from .linear import LinearOperator


class CoilSets(LinearOperator):
    """The sum over sets of an image of its own times each coil's map; followed by `Fourier` it is soft SENSE.

    Where the object is folded, a pixel holds two places, which coils see in two ways. The images of the sets
    lie below each other in one image, `(images, sets height, width)`. Data are complex,
    `(images, coils, height, width)`.
    """

    def __init__(self, maps: Tensor | NDArray[Any]) -> None:
        """Take the coil sensitivities.

        Args:
            maps: complex, `(sets, coils, height, width)`.

        Raises:
            ValueError: when they have another number of dimensions.
        """
        if maps.ndim != 4:
            raise ValueError(f"sets of maps are (sets, coils, height, width), not {tuple(maps.shape)}")
        self.maps = torch.as_tensor(maps)
        sets, _, height, width = maps.shape
        self.image_shape = (sets * height, width)

    def forward(self, x: Tensor) -> Tensor:
        """Return `sum_s S_sc x_s` for each coil."""
        sets, _, height, width = self.maps.shape[-4:]
        return (self.maps * x.reshape(-1, sets, 1, height, width)).sum(1)

    def adjoint(self, y: Tensor) -> Tensor:
        """Return `sum_c conj(S_sc) y_c` of each set."""
        return (self.maps.conj() * y[:, None]).sum(2).flatten(1, 2)

    def norm(self, like: Tensor) -> float:
        """Return the largest singular value of a pixel's maps."""
        del like
        pixels = self.maps.permute(2, 3, 1, 0)
        return float(torch.linalg.eigvalsh(pixels.mH @ pixels).amax().clamp_min(0).sqrt())

    def spectrum_through(self, spectrum: Tensor) -> Tensor:
        """Return the mean over the sets, each frequency along the rows once for each of them."""
        sets = len(self.maps)
        one = torch.stack([CoilMaps(maps).spectrum_through(spectrum) for maps in self.maps]).mean(0)
        return one.repeat_interleave(sets, 0)

    def seen(self) -> Tensor | None:
        """Return the pixels of each set that some coil sees."""
        seen = (self.maps.abs().amax(1) > 0).flatten(0, 1)
        return None if bool(seen.all()) else seen


def coils_of(maps: Tensor | NDArray[Any]) -> CoilMaps | CoilSets:
    """Return the operator of maps, `(coils, height, width)`, or of several sets of them."""
    return CoilMaps(maps) if maps.ndim == 3 else CoilSets(maps)
