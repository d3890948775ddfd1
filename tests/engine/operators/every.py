"""Every kind of operator that the engine's tests go through; a new one is a line in EVERY."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from recon_cli.engine.domain import Box, UnitDisc, to_images
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import (
    CoilMaps,
    CoilSets,
    Convolution,
    Crop,
    Decimation,
    Fourier,
    Identity,
    LinearOperator,
    Mask,
    NonUniform,
    ParallelBeam,
    Scaled,
    Stack,
    Weights,
)

from ...helpers import complex_normal, normal, random_images, random_maps, random_mask


class Blur(LinearOperator):
    """A periodic blur whose kernel is not symmetric and sums to 1.8, with what every operator has to have."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.image_shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return 0.9 * x + 0.6 * x.roll(1, -1) + 0.3 * x.roll(-1, -2)

    def adjoint(self, y: Tensor) -> Tensor:
        return 0.9 * y + 0.6 * y.roll(-1, -1) + 0.3 * y.roll(1, -2)


class Times(LinearOperator):
    """The image times a number."""

    def __init__(self, shape: tuple[int, int], factor: float) -> None:
        self.image_shape, self.factor = shape, factor

    def forward(self, x: Tensor) -> Tensor:
        return self.factor * x

    def adjoint(self, y: Tensor) -> Tensor:
        return self.factor * y


class Thinned(LinearOperator):
    """Every second row and every third column."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.image_shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return x[..., ::2, ::3]

    def adjoint(self, y: Tensor) -> Tensor:
        image = y.new_zeros(len(y), *self.image_shape)
        image[..., ::2, ::3] = y
        return image


@dataclass(frozen=True)
class Case:
    """An operator and what is known of it.

    Attributes:
        make: returns it with tensors of a precision.
        slack: its norm may be so many times as large as the true one.
        spectrum: whether its spectrum is exact; if not, it is an estimate.
    """

    make: Callable[[torch.dtype], LinearOperator]
    slack: float = 1.05
    spectrum: bool = True


_KERNEL = torch.tensor([[0.1, 0.2, 0.0], [0.6, 0.4, -0.1]], dtype=torch.float64)


def _convolved(height: int, width: int) -> Convolution:
    return Convolution((height, width), _KERNEL)


def _sampled(height: int, width: int, seed: int = 0) -> Fourier:
    return Fourier(random_mask(height, width, seed=seed))


def _readouts(height: int, width: int, even: bool = False) -> NonUniform:
    places = (torch.rand(2 * height * width, 2, generator=torch.Generator().manual_seed(2)) - 0.5).double()
    return NonUniform(places * torch.tensor([height, width]), (height, width), even=even)


def _beam() -> ParallelBeam:
    return ParallelBeam((6, 7), [0, 31, 65, 100, 140], 9, 4.3)


def _maps(dtype: torch.dtype, height: int, width: int, power: float = 1.0) -> CoilMaps:
    return CoilMaps(power * random_maps(3, height, width, dtype=dtype.to_complex()))


def _sets(dtype: torch.dtype, height: int, width: int) -> CoilSets:
    maps = random_maps(6, height, width, dtype=dtype.to_complex())
    return CoilSets(maps.unflatten(0, (2, 3)))


def _weights(dtype: torch.dtype, height: int, width: int) -> Weights:
    numbers = normal(height, width, seed=3, dtype=dtype).abs()
    return Weights(torch.where(random_mask(height, width), numbers, 0))


EVERY: dict[str, Case] = {
    "identity": Case(lambda _: Identity((5, 7))),
    "crop": Case(lambda _: Crop((4, 5), 2)),
    "crop of a wide frame": Case(lambda _: Crop((2, 3), 3)),
    "crop of nothing": Case(lambda _: Crop((6, 5), 0)),
    "mask": Case(lambda _: Mask(random_mask(5, 6))),
    "mask of a crop": Case(lambda _: Mask(random_mask(4, 5)) @ Crop((4, 5), 2), spectrum=False),
    "weights": Case(lambda dtype: _weights(dtype, 5, 6)),
    "weights of a crop": Case(lambda dtype: _weights(dtype, 4, 5) @ Crop((4, 5), 2), spectrum=False),
    "fourier": Case(lambda _: _sampled(6, 7)),
    "fourier uncentered": Case(lambda _: Fourier(random_mask(7, 4, "uncentered"), "uncentered")),
    "fourier shifted": Case(lambda _: Fourier(random_mask(5, 7), "shifted")),
    "coil maps": Case(lambda dtype: _maps(dtype, 5, 6, 2.0)),
    "sense": Case(lambda dtype: _sampled(6, 7) @ _maps(dtype, 6, 7), slack=1.5),
    "sets of coil maps": Case(lambda dtype: _sets(dtype, 5, 6), spectrum=False),
    "sense with sets": Case(lambda dtype: _sampled(6, 7) @ _sets(dtype, 6, 7), slack=2.0, spectrum=False),
    "nonuniform": Case(lambda _: _readouts(6, 7), slack=1.5),
    "even nonuniform": Case(lambda _: _readouts(5, 6, even=True), slack=1.5),
    "nonuniform of maps": Case(lambda dtype: _readouts(5, 6) @ _maps(dtype, 5, 6), slack=2.0, spectrum=False),
    "blur": Case(lambda _: Blur((6, 7))),
    "three times": Case(lambda _: Times((5, 6), 3.0)),
    "thinned": Case(lambda _: Thinned((6, 7)), spectrum=False),
    "convolution": Case(lambda _: _convolved(6, 7)),
    "convolution from a corner": Case(lambda _: Convolution((5, 6), _KERNEL, (0, 0))),
    "decimation": Case(lambda _: Decimation((3, 4), 2)),
    "weighted crop of a convolution": Case(
        lambda dtype: _weights(dtype, 4, 5) @ (Crop((4, 5), 1) @ _convolved(6, 7)), slack=1.5
    ),
    "masked decimation of a crop of a convolution": Case(
        lambda _: Mask(random_mask(2, 3)) @ Decimation((2, 3), 2) @ (Crop((4, 6), 1) @ _convolved(6, 8)),
        slack=2.0,
    ),
    "crop of a blur": Case(lambda _: Crop((4, 5), 1) @ Blur((6, 7)), slack=1.1, spectrum=False),
    "blur of a crop": Case(lambda _: Blur((4, 5)) @ Crop((4, 5), 1), slack=1.1, spectrum=False),
    "fourier of a blur": Case(lambda _: _sampled(6, 7) @ Blur((6, 7))),
    "fourier of a crop": Case(lambda _: _sampled(5, 6) @ Crop((5, 6), 1), slack=1.2, spectrum=False),
    "thinned fourier of maps of a blur": Case(
        lambda dtype: _sampled(6, 7) @ (_maps(dtype, 6, 7, 0.5) @ Blur((6, 7))), slack=2.0, spectrum=False
    ),
    "parallel beam": Case(lambda _: _beam(), slack=1.5, spectrum=False),
    "parallel beam of some pixels": Case(
        lambda _: ParallelBeam((6, 7), [0, 31, 65, 100, 140], 9, 4.3, seen=random_mask(6, 7)),
        slack=1.5,
        spectrum=False,
    ),
    "weights of a parallel beam": Case(
        lambda dtype: Weights(1 + 0.3 * normal(5, 9, dtype=dtype).clamp(-1, 1)) @ _beam(),
        slack=2.0,
        spectrum=False,
    ),
    "three weights": Case(lambda dtype: Scaled(_weights(dtype, 5, 6), 3.0)),
    "twice a crop of a blur": Case(
        lambda _: Scaled(Crop((4, 5), 1) @ Blur((6, 7)), 2.0), slack=1.1, spectrum=False
    ),
    "stack": Case(lambda _: Stack([Identity((6, 7)), Blur((6, 7)), Crop((4, 5), 1)]), slack=1.2),
    "stack of crops": Case(lambda _: Stack([Crop((4, 5), 1), Crop((2, 3), 2)])),
    "stack of scans": Case(
        lambda dtype: Stack([_sampled(6, 7, 1), _sampled(6, 7) @ _maps(dtype, 6, 7)]), slack=1.5
    ),
}


def image_kinds(dtype: torch.dtype = torch.float64) -> tuple[torch.dtype, torch.dtype]:
    """Return the dtypes of images of a precision, real and complex."""
    return dtype, dtype.to_complex()


def matrix(operator: LinearOperator) -> Tensor:
    """Return an operator as a complex matrix, `(values, pixels)`, column by column."""
    height, width = operator.image_shape
    units = torch.eye(height * width, dtype=torch.complex128).view(-1, height, width)
    return torch.stack([operator.forward(unit[None]).flatten().to(torch.complex128) for unit in units], 1)


def mean_diagonal(operator: LinearOperator) -> Tensor:
    """Return the diagonal of `F H'H F'`, the spectrum of the circulant nearest to `H'H`."""
    height, width = operator.image_shape
    units = torch.eye(height * width, dtype=torch.complex128).view(-1, height, width)
    wave = torch.fft.fft2(units, norm="ortho").flatten(1).T
    dense = matrix(operator)
    return (wave @ (dense.mH @ dense) @ wave.mH).diagonal().real.view(height, width)


def measurement_of(
    case: Case, parts: int, dtype: torch.dtype = torch.float64, noise: float = 0.1
) -> Measurement:
    """Return data of two images that partly leave C, with noise, of images of so many planes."""
    operator = case.make(dtype)
    height, width = operator.image_shape
    images = to_images(random_images(2 * parts, height, width, contrast=1.5, dtype=dtype), parts)
    data = operator.forward(images)
    error = complex_normal(*data.shape, seed=5, dtype=dtype)
    domain = Box() if parts == 1 else UnitDisc()
    return Measurement(operator, data + noise * (error if data.is_complex() else error.real), domain)
