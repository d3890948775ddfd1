"""Problems of odd shapes for the compiled kernels."""

from __future__ import annotations

import pytest
import torch

from recon_cli.engine.problem import Problem

from ...helpers import VARIANTS, random_problem, weighted

SHAPES = [
    # height and width, side of a patch, atoms, images
    ((9, 9), 4, 20, 1),
    ((31, 8), 8, 70, 3),
    ((17, 90), 5, 33, 2),
    ((12, 70), 3, 8, 40),
]
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
every_lam = pytest.mark.parametrize("lam", [1e-6, 1e-3, 0.3])
with_and_without_weights = pytest.mark.parametrize("weights", [False, True])
both_variants = pytest.mark.parametrize("variant", VARIANTS)


def odd_problem(
    shape: tuple[tuple[int, int], int, int, int], variant: str, lam: float, weights: bool = False
) -> Problem:
    """Return a problem in single precision; planes and blocks of patches do not fit the kernels' chunks."""
    size, side, atoms, batch = shape
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
    )
    return weighted(problem) if weights else problem
