from __future__ import annotations

import pytest
import torch

from recon_cli.engine.circulant import Circulant
from recon_cli.engine.patches.grid import Boundary, PatchGrid
from recon_cli.engine.patches.overlap import OverlapSum, sums_beside

from ...helpers import (
    assert_adjoint,
    assert_linear,
    fold_slowly,
    normal,
    overlap_matrix,
    patches_slowly,
    random_dictionary,
    relative,
)

GRIDS = [
    PatchGrid(1, 12, 15, 4),
    PatchGrid(3, 17, 9, 4),
    PatchGrid(2, 11, 12, 10),
    PatchGrid(2, 10, 13, 10),
    PatchGrid(1, 5, 5, 5),
    PatchGrid(2, 6, 5, 2),
    PatchGrid(1, 13, 8, 7),
    PatchGrid(2, 13, 16, 4, 2),
    PatchGrid(1, 12, 11, 5, 3),
    PatchGrid(2, 13, 9, 4, 1, "periodic"),
    PatchGrid(1, 12, 9, 6, 3, "periodic"),
    PatchGrid(2, 11, 7, 4, 2, "periodic"),
]


def kind_of(grid: PatchGrid) -> tuple[int, Boundary]:
    return grid.stride, grid.boundary


def positive_weight(size: int, seed: int = 0) -> torch.Tensor:
    """Return a symmetric positive matrix without any other structure."""
    root = normal(size**2, size**2, seed=seed)
    return root @ root.T / size**2


def image_of(grid: PatchGrid, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return normal(grid.batch, grid.height, grid.width, seed=seed, dtype=dtype)


@pytest.mark.parametrize("grid", GRIDS)
def test_the_sum_equals_the_loop_over_patches(grid: PatchGrid) -> None:
    weight, x = positive_weight(grid.size), image_of(grid)
    explicit = fold_slowly(weight @ patches_slowly(x, grid.size, *kind_of(grid)), x, *kind_of(grid))
    assert relative(OverlapSum(weight, grid)(x), explicit) < 1e-12


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("remove_mean", [True, False])
def test_the_weight_of_the_joint_solver_equals_the_loop_over_patches(
    grid: PatchGrid, remove_mean: bool
) -> None:
    d, rho = grid.size**2, 2e-3
    atoms = random_dictionary(grid.size, 2 * d, decay=0.9)
    weight = rho * torch.linalg.inv(atoms @ atoms.T + rho * torch.eye(d, dtype=torch.float64))
    if remove_mean:
        weight = weight - 1 / d
    x = image_of(grid) + 0.5
    explicit = fold_slowly(weight @ patches_slowly(x, grid.size, *kind_of(grid)), x, *kind_of(grid))
    scale = float(grid.gram(x, False).norm())
    assert float((OverlapSum(weight, grid)(x) - explicit).norm()) < 1e-12 * scale


@pytest.mark.parametrize("grid", GRIDS)
def test_the_sum_is_linear_and_symmetric(grid: PatchGrid) -> None:
    overlap = OverlapSum(positive_weight(grid.size), grid)
    x, z = image_of(grid), image_of(grid, 3)
    assert_linear(overlap, x, z)
    assert_adjoint(overlap, overlap, x, z)


@pytest.mark.parametrize("grid", GRIDS)
def test_single_precision_equals_double_precision(grid: PatchGrid) -> None:
    weight, x = positive_weight(grid.size), image_of(grid)
    overlap = OverlapSum(weight, grid).to(x.float())
    assert relative(overlap(x.float()), OverlapSum(weight, grid)(x)) < 1e-5
    assert overlap(x.float()).dtype == torch.float32


def test_the_sum_leaves_its_argument_unchanged() -> None:
    grid = GRIDS[0]
    x = image_of(grid)
    before = x.clone()
    OverlapSum(positive_weight(grid.size), grid)(x)
    assert torch.equal(x, before)


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("parts", [1, 2])
def test_the_symbol_is_that_of_the_sum_over_cyclic_patches(grid: PatchGrid, parts: int) -> None:
    weight, x = positive_weight(grid.size), normal(2 * parts, grid.height, grid.width)
    overlap = OverlapSum(weight, grid)
    assert overlap.stride in (1, grid.stride)
    cyclic = (overlap.stride, "periodic")
    explicit = fold_slowly(weight @ patches_slowly(x, grid.size, *cyclic), x, *cyclic)
    circular = Circulant(overlap.symbol(parts), parts, overlap.stride)(x)
    assert relative(circular * (grid.stride / overlap.stride) ** 2, explicit) < 1e-12


def test_only_a_stride_that_divides_a_periodic_image_makes_it_block_circulant() -> None:
    weight = positive_weight(4)
    exact = {(8, 6, 2, "periodic"), (9, 6, 3, "periodic"), (7, 5, 1, "periodic")}
    for height, width, stride, boundary in (*exact, (8, 7, 2, "periodic"), (8, 6, 2, "inside")):
        overlap = OverlapSum(weight, PatchGrid(1, height, width, 4, stride, boundary))
        assert overlap.is_block_circulant == ((height, width, stride, boundary) in exact)


def test_identity_weight_gives_the_coverage() -> None:
    grid = PatchGrid(1, 9, 13, 4)
    x = image_of(grid)
    assert relative(OverlapSum(torch.eye(16, dtype=torch.float64), grid)(x), grid.gram(x, False)) < 1e-12


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("boundary", ["inside", "periodic"])
def test_the_sum_is_its_dense_matrix_which_is_positive(stride: int, boundary: Boundary) -> None:
    grid = PatchGrid(1, 6, 7, 3, stride, boundary)
    weight = positive_weight(3)
    dense = overlap_matrix(6, 7, 3, weight, stride, boundary)
    units = torch.eye(42, dtype=torch.float64)
    applied = [OverlapSum(weight, grid)(unit.view(1, 6, 7)).flatten() for unit in units]
    assert relative(torch.stack(applied, 1), dense) < 1e-12
    covered = grid.coverage(units[0]).flatten() > 0
    assert float(torch.linalg.eigvalsh(dense[covered][:, covered]).min()) > 0


@pytest.mark.parametrize("grid", [PatchGrid(2, 12, 8, 4, 2, "periodic"), PatchGrid(2, 12, 9, 4)])
@pytest.mark.parametrize("blind", [True, False])
def test_batches_behind_each_other_have_sums_of_their_own(grid: PatchGrid, blind: bool) -> None:
    sums = []
    for seed in range(3):
        basis = normal(16, 16, seed=seed)
        basis = basis - basis.mean(0) if blind else basis
        sums.append(OverlapSum(basis @ basis.T, grid))
    x = normal(6, grid.height, grid.width)
    together = sums_beside(sums, 2)(x)
    for one, own, its in zip(sums, x.split(2), together.split(2), strict=True):
        assert relative(its, one(own)) < 1e-12
