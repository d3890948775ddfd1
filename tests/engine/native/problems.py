"""Problems of odd shapes for the compiled kernels."""

from __future__ import annotations

import pytest
import torch

from recon_cli.engine.patches.grid import Boundary
from recon_cli.engine.priors.dictionary.problem import PatchProblem

from ...helpers import VARIANTS, random_problem, weighted

Shape = tuple[tuple[int, int], int, int, int] | tuple[tuple[int, int], int, int, int, int, Boundary]
SHAPES: list[Shape] = [
    # height and width, side of a patch, atoms, images; stride and boundary of the grid
    ((9, 9), 4, 20, 1),
    ((31, 8), 8, 70, 3),
    ((17, 90), 5, 33, 2),
    ((12, 70), 3, 8, 40),
    ((23, 91), 6, 33, 2, 2, "inside"),
    ((25, 140), 5, 20, 1, 1, "periodic"),
    ((31, 47), 8, 20, 3, 3, "periodic"),
]
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
every_lam = pytest.mark.parametrize("lam", [1e-6, 1e-3, 0.3])
with_and_without_weights = pytest.mark.parametrize("weights", [False, True])
both_variants = pytest.mark.parametrize("variant", VARIANTS)


def odd_problem(shape: Shape, variant: str, lam: float, weights: bool = False) -> PatchProblem:
    """Return a problem in single precision; planes and blocks of patches do not fit the kernels' chunks."""
    size, side, atoms, batch, *kind = shape
    stride, boundary = kind or (1, "inside")
    problem = random_problem(
        variant,  # type: ignore[arg-type]
        shape=size,
        size=side,
        atoms=atoms,
        batch=batch,
        lam=lam,
        decay=0.95,
        spread=0.5,
        dtype=torch.float32,
        stride=stride,
        boundary=boundary,
    )
    return weighted(problem) if weights else problem
