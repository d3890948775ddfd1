"""A small convolutional network that corrects the weights of a second minimum.

The rule of `reweighting` looks at the codes of one atom, near one patch. The network sees those of all atoms,
the first image and what the data say against it, over some fifty pixels. It lives on the grid of the patches:

    h_0     = E (f - m) + K * (x, r) + l log(sigma / 25),   f of the activities, here and around
    h_{i+1} = h_i + B_i * relu(h_i) + b_i,                  3 x 3, dilated
    w_kj    = rule_kj exp(c_kj),                            c = M tanh(L relu(h) / M)

so that a weight is the rule's, at most times or divided by e^M. With `L = 0` it is the rule's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from ...patches.grid import PatchGrid
from ...phases import phases

MOST = 2.0
"""Largest logarithm of a correction, `M`: with weights that differ by far more, ADMM hardly advances."""
SIDE = 112
"""Patch rows and columns whose hidden values are computed together, without what is seen around them."""
_LEVEL = 25.0
"""Noise level at which the network is told nothing of it."""
_ACTIVE = 1.75
"""Usual value of a feature, `m`; with features of that mean a training hardly advances."""
_BRIGHTNESS, _NOISE = 2.0, 25.5
"""Factors of the image, and of the residual over its noise level, which give numbers of about 1."""


class Seen(NamedTuple):
    """Images that the network looks at.

    Attributes:
        image: the first minimum, `(planes, height, width)`.
        residual: what the data say against it, `H'(y - H x)`, of the same shape.
        sigma: noise level of the data, in 8-bit grey levels.
    """

    image: Tensor
    residual: Tensor
    sigma: float


@dataclass(frozen=True)
class WeightsNetwork:
    """The numbers of the network.

    Attributes:
        enter: `E`, `(width, 2 atoms)`: for the activities at a patch, then for those around it.
        look: `K`, `(width, 2 stride**2, 3, 3)`: for the phases of the image, then for those of the residual;
            what it takes from the image has zero mean, so that the grey level has no influence.
        level: `l`, `(width,)`.
        biases: `(layers + 1, width)`; the first is that of `h_0`.
        body: `B`, `(layers, width, width, 3, 3)`.
        leave: `L`, `(atoms, width)`.
        offset: added to `L relu(h)`, `(atoms,)`.
        dilations: of the layers, in patches.
    """

    enter: Tensor
    look: Tensor
    level: Tensor
    biases: Tensor
    body: Tensor
    leave: Tensor
    offset: Tensor
    dilations: tuple[int, ...]

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the tensors."""
        return tuple(field.name for field in fields(cls) if field.name != "dilations")

    @classmethod
    def initial(
        cls, atoms: int, stride: int, width: int, dilations: tuple[int, ...], generator: torch.Generator
    ) -> WeightsNetwork:
        """Return a network that changes nothing yet, its inner numbers drawn by chance."""

        def drawn(*shape: int, gain: float = 1.0) -> Tensor:
            return torch.randn(shape, generator=generator) * (gain / math.sqrt(math.prod(shape[-3:])))

        layers = len(dilations)
        body = torch.stack([drawn(width, width, 3, 3, gain=0.7) for _ in range(layers)])
        return cls(
            enter=torch.randn(width, 2 * atoms, generator=generator) / math.sqrt(6 * atoms),
            look=drawn(width, 2 * stride**2, 3, 3, gain=0.6),
            level=torch.zeros(width),
            biases=torch.zeros(layers + 1, width),
            body=body,
            leave=torch.zeros(atoms, width),
            offset=torch.zeros(atoms),
            dilations=dilations,
        )

    @property
    def tensors(self) -> dict[str, Tensor]:
        """The tensors by name."""
        return {name: getattr(self, name) for name in self.names()}

    @property
    def width(self) -> int:
        """Hidden values of a patch."""
        return self.enter.shape[0]

    def to(self, like: Tensor) -> WeightsNetwork:
        """Return the network with the dtype and on the device of a tensor."""
        moved = {name: tensor.to(like) for name, tensor in self.tensors.items()}
        return WeightsNetwork(**moved, dilations=self.dilations)

    def entering(self, features: Tensor, some: slice, around: bool) -> Tensor:
        """Return what the features of some atoms add to `h_0`, `(width, columns)`.

        Args:
            features: logarithms of their activities, `(some of the atoms, columns)`.
            some: which atoms.
            around: whether the activities are those around a patch.
        """
        atoms = len(self.leave)
        part = self.enter[:, atoms:] if around else self.enter[:, :atoms]
        return part[:, some] @ (features - _ACTIVE)

    def hidden(self, entered: Tensor, seen: Seen, grid: PatchGrid) -> Tensor:
        """Return the last hidden values, `(width, columns)`.

        Args:
            entered: the sum of what entered, `(width, columns)`.
            seen: the images.
            grid: the patches.
        """
        start = self.biases[0] + self.level * math.log(seen.sigma / _LEVEL)
        h = entered.view(-1, grid.batch, grid.rows, grid.cols).transpose(0, 1)
        h = h + self._looked(seen, grid) + start[:, None, None]
        reach, out = sum(self.dilations), torch.empty_like(h)
        rows, cols = (_places(length, reach, grid).to(h.device) for length in (grid.rows, grid.cols))
        for top in range(0, grid.rows, SIDE):
            for left in range(0, grid.cols, SIDE):
                bottom, right = min(top + SIDE, grid.rows), min(left + SIDE, grid.cols)
                tile = h.index_select(2, rows[top : bottom + 2 * reach])
                tile = tile.index_select(3, cols[left : right + 2 * reach])
                out[:, :, top:bottom, left:right] = self._layers(tile)
        return out.transpose(0, 1).reshape(self.width, -1)

    def factor(self, hidden: Tensor, some: slice = slice(None)) -> Tensor:
        """Return what the rule's weights of some atoms are multiplied by, `(some of the atoms, columns)`."""
        found = torch.addmm(self.offset[some, None], self.leave[some], hidden.relu())
        return (MOST * (found / MOST).tanh()).exp()

    def _looked(self, seen: Seen, grid: PatchGrid) -> Tensor:
        """Return what the images add to `h_0`, `(planes, width, rows, columns)`."""
        of_image, of_residual = self.look.chunk(2, 1)
        kernel = torch.cat((of_image - of_image.mean((1, 2, 3), keepdim=True), of_residual), 1)
        images = (_BRIGHTNESS * seen.image, (_NOISE / seen.sigma) * seen.residual)
        planes = torch.cat([_at_patches(x, grid) for x in images], 1)
        rows, cols = (_places(length, 1, grid).to(planes.device) for length in planes.shape[2:])
        return F.conv2d(planes.index_select(2, rows).index_select(3, cols), kernel)

    def _layers(self, h: Tensor) -> Tensor:
        """Return a tile without the edge that its values see, `(planes, width, rows, columns)`."""
        for kernel, bias, d in zip(self.body, self.biases[1:], self.dilations, strict=True):
            h = h[:, :, d:-d, d:-d] + F.conv2d(h.relu(), kernel, bias, dilation=d)
        return h


def _places(length: int, reach: int, grid: PatchGrid) -> Tensor:
    """Return which place is seen at each of `reach` places more on both sides."""
    places = torch.arange(-reach, length + reach)
    return places.remainder(length) if grid.boundary == "periodic" else places.clamp(0, length - 1)


def _at_patches(x: Tensor, grid: PatchGrid) -> Tensor:
    """Return the phases of images at the middles of the patches, `(planes, stride**2, rows, columns)`."""
    middle = (grid.size - grid.stride) // (2 * grid.stride)
    found = phases(x, grid.stride)
    if grid.boundary == "periodic":
        return found.roll((-middle, -middle), (2, 3))
    return found[:, :, middle : middle + grid.rows, middle : middle + grid.cols]
