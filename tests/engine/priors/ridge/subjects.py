from __future__ import annotations

import torch
from torch import Tensor

from recon_cli.engine.measurement import Measurement
from recon_cli.engine.priors.ridge.filters import compose
from recon_cli.engine.priors.ridge.function import RidgeFunction
from recon_cli.engine.priors.ridge.regulariser import Profiles, RidgeRegulariser
from recon_cli.engine.priors.smooth import SmoothProblem


def some_layers(seed: int = 0, sides: tuple[int, ...] = (3, 3), channels: int = 6) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    widths = [1, *range(2, 1 + len(sides)), channels]
    return [
        torch.randn(after, before, side, side, generator=generator, dtype=torch.float64)
        for before, after, side in zip(widths, widths[1:], sides, strict=False)
    ]


def some_regulariser(seed: int = 0) -> RidgeRegulariser:
    """Six filters of 5 x 5 pixels, whose responses to a noisy image lie on both sides of the last knot."""
    generator = torch.Generator().manual_seed(seed)
    rises = torch.rand(6, 4, generator=generator, dtype=torch.float64) * 0.02
    spacings = 0.01 + 0.02 * torch.rand(6, generator=generator, dtype=torch.float64)
    return RidgeRegulariser(compose(some_layers(seed)), Profiles(rises, spacings))


def some_images(height: int, width: int, count: int = 1, seed: int = 0) -> Tensor:
    """Smooth shapes with noise, in float64, of which some leaves [0, 1]."""
    generator = torch.Generator().manual_seed(seed)
    rows, cols = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    shapes = 0.5 + 0.5 * torch.sin(rows / 3 + cols / 5).sign() * torch.cos(cols / 7)
    return shapes + 0.1 * torch.randn(count, height, width, generator=generator, dtype=torch.float64)


def some_problem(measurement: Measurement, lam: float) -> SmoothProblem:
    """The problem of a measurement with this regulariser."""
    return SmoothProblem(measurement, RidgeFunction(some_regulariser(), measurement.shape), lam)
