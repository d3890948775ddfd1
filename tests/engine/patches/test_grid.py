from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_cli.engine.patches.grid import Block, Boundary, PatchGrid

from ...helpers import (
    assert_adjoint,
    assert_linear,
    fold_slowly,
    normal,
    patches_slowly,
    random_dictionary,
    relative,
)

GRIDS = [
    PatchGrid(1, 12, 15, 4),
    PatchGrid(3, 11, 8, 3),
    PatchGrid(2, 5, 9, 5),
    PatchGrid(2, 6, 6, 5),
    PatchGrid(1, 4, 4, 4),
    PatchGrid(2, 3, 7, 1),
    PatchGrid(2, 12, 15, 4, 2),
    PatchGrid(1, 11, 13, 5, 3),
    PatchGrid(1, 9, 8, 3, 3),
    PatchGrid(2, 12, 15, 4, 1, "periodic"),
    PatchGrid(1, 11, 13, 4, 2, "periodic"),
    PatchGrid(1, 5, 7, 5, 3, "periodic"),
    PatchGrid(2, 4, 4, 4, 4, "periodic"),
]

grids = st.builds(
    lambda batch, size, taller, wider, stride, boundary: PatchGrid(
        batch, size + taller, size + wider, size, min(stride, size), boundary
    ),
    st.integers(1, 4),
    st.integers(1, 5),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(1, 5),
    st.sampled_from(["inside", "periodic"]),
)


def kind_of(grid: PatchGrid) -> tuple[int, Boundary]:
    return grid.stride, grid.boundary


def image_of(grid: PatchGrid, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return normal(grid.batch, grid.height, grid.width, seed=seed, dtype=dtype)


def columns_of(grid: PatchGrid, seed: int = 1) -> torch.Tensor:
    return normal(grid.size**2, grid.columns, seed=seed)


@pytest.mark.parametrize("grid", GRIDS)
def test_extract_cuts_every_patch_in_order(grid: PatchGrid) -> None:
    x = image_of(grid)
    assert torch.equal(grid.extract(x), patches_slowly(x, grid.size, *kind_of(grid)))


@pytest.mark.parametrize("grid", GRIDS)
def test_fold_adds_every_patch_to_its_place(grid: PatchGrid) -> None:
    patches, start = columns_of(grid), image_of(grid, 2)
    out = start.clone()
    assert grid.fold(patches, out) is out
    assert relative(out, start + fold_slowly(patches, start, *kind_of(grid))) < 1e-12


@given(grids, st.integers(1, 40))
@settings(deadline=None)
def test_one_operation_folds_as_line_by_line(grid: PatchGrid, columns: int) -> None:
    """It is that of a GPU."""
    patches = columns_of(grid)
    for block in (grid.whole, *grid.blocks(columns)):
        own, rows = patches[:, block.columns].contiguous(), block.rows.stop - block.rows.start
        torch.testing.assert_close(grid._in_one(own, rows), grid._by_lines(own, rows), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("grid", GRIDS)
def test_extract_and_fold_are_linear_and_adjoint(grid: PatchGrid) -> None:
    x, patches = image_of(grid), columns_of(grid)

    def fold(columns: torch.Tensor) -> torch.Tensor:
        return grid.fold(columns, torch.zeros_like(x))

    assert_linear(grid.extract, x, image_of(grid, 3))
    assert_linear(fold, patches, columns_of(grid, 4))
    assert_adjoint(grid.extract, fold, x, patches)


@pytest.mark.parametrize("grid", GRIDS)
def test_means_and_spread_are_linear_and_adjoint_up_to_the_patch_area(grid: PatchGrid) -> None:
    x, values = image_of(grid), normal(grid.batch, grid.rows, grid.cols, seed=1)
    assert_linear(grid.means, x, image_of(grid, 3))
    assert_linear(grid.spread, values, normal(grid.batch, grid.rows, grid.cols, seed=4))
    assert_adjoint(grid.means, lambda v: grid.spread(v) / grid.size**2, x, values)


@pytest.mark.parametrize("grid", GRIDS)
def test_means_are_those_of_the_patches(grid: PatchGrid) -> None:
    x = image_of(grid)
    assert relative(grid.means(x).flatten(), patches_slowly(x, grid.size, *kind_of(grid)).mean(0)) < 1e-12


@pytest.mark.parametrize("grid", GRIDS)
def test_spread_is_the_fold_of_constant_patches(grid: PatchGrid) -> None:
    values = normal(grid.batch, grid.rows, grid.cols)
    constant = values.flatten().expand(grid.size**2, -1)
    assert relative(grid.spread(values), fold_slowly(constant, image_of(grid), *kind_of(grid))) < 1e-12


@pytest.mark.parametrize("grid", GRIDS)
def test_coverage_counts_the_patches_of_a_pixel(grid: PatchGrid) -> None:
    x = image_of(grid)
    counted = fold_slowly(torch.ones(grid.size**2, grid.columns), x, *kind_of(grid))
    assert torch.equal(grid.coverage(x).expand_as(x), counted)


@pytest.mark.parametrize("remove_mean", [True, False])
@pytest.mark.parametrize("grid", [grid for grid in GRIDS if grid.size > 1])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-12)])
def test_gram_is_the_explicit_sum_over_patches(
    grid: PatchGrid, remove_mean: bool, dtype: torch.dtype, tolerance: float
) -> None:
    x = image_of(grid, dtype=dtype)
    patches = patches_slowly(x, grid.size, *kind_of(grid))
    if remove_mean:
        patches = patches - patches.mean(0)
    assert relative(grid.gram(x, remove_mean), fold_slowly(patches, x, *kind_of(grid))) < tolerance


@pytest.mark.parametrize("grid", [grid for grid in GRIDS if grid.size > 1])
def test_gram_is_symmetric_and_positive(grid: PatchGrid) -> None:
    x = image_of(grid)
    assert_adjoint(lambda z: grid.gram(z, True), lambda z: grid.gram(z, True), x, image_of(grid, 3))
    assert float((x * grid.gram(x, True)).sum()) > 0


def test_gram_without_means_ignores_a_constant() -> None:
    grid = PatchGrid(2, 9, 12, 4)
    x = image_of(grid)
    assert relative(grid.gram(x + 3, True), grid.gram(x, True)) < 1e-12


def test_zero_mean_atoms_need_no_mean_removal() -> None:
    grid = PatchGrid(2, 9, 12, 4)
    atoms = random_dictionary(4, 20)
    patches = grid.extract(image_of(grid) + 0.5)
    assert relative(atoms.T @ patches, atoms.T @ (patches - patches.mean(0))) < 1e-12


@settings(deadline=None, max_examples=60)
@given(grid=grids, columns=st.integers(1, 400))
def test_blocks_cover_the_grid_once_and_in_order(grid: PatchGrid, columns: int) -> None:
    place = 0
    seen = torch.zeros(grid.batch, grid.rows, dtype=torch.int64)
    for block in grid.blocks(columns):
        assert block.columns.start == place
        images = block.images.stop - block.images.start
        rows = block.rows.stop - block.rows.start
        assert images * rows * grid.cols == block.columns.stop - block.columns.start > 0
        assert images == 1 or rows == grid.rows
        place = block.columns.stop
        seen[block.images, block.rows] += 1
    assert place == grid.columns
    assert bool((seen == 1).all())


@settings(deadline=None, max_examples=60)
@given(grid=grids, columns=st.integers(1, 400))
def test_blocks_hold_about_as_many_columns_as_wanted(grid: PatchGrid, columns: int) -> None:
    for block in grid.blocks(columns):
        assert block.columns.stop - block.columns.start < columns + grid.cols


@settings(deadline=None, max_examples=40)
@given(grid=grids, columns=st.integers(1, 200))
def test_extract_and_fold_by_blocks_equal_those_of_the_whole(grid: PatchGrid, columns: int) -> None:
    x, patches = image_of(grid), columns_of(grid)
    extracted = torch.full_like(patches, torch.nan)
    folded = torch.zeros_like(x)
    for block in grid.blocks(columns):
        extracted[:, block.columns] = grid.extract(x, block)
        grid.fold(patches[:, block.columns].contiguous(), folded, block)
    assert torch.equal(extracted, grid.extract(x))
    torch.testing.assert_close(folded, grid.fold(patches, torch.zeros_like(x)))


@settings(deadline=None, max_examples=30)
@given(grid=grids, columns=st.integers(1, 200))
def test_sums_of_an_image_are_gathered_from_its_blocks(grid: PatchGrid, columns: int) -> None:
    values = normal(3, grid.columns, dtype=torch.float32)
    sums = torch.zeros(grid.batch, dtype=torch.float64)
    for block in grid.blocks(columns):
        part = grid.per_image_sum(values[:, block.columns], block)
        assert part.dtype == torch.float64
        sums[block.images] += part
    torch.testing.assert_close(sums, values.double().view(3, grid.batch, -1).sum((0, 2)))


def test_whole_is_the_block_of_all_columns() -> None:
    grid = PatchGrid(2, 7, 9, 3)
    assert grid.whole == Block(slice(0, 2), slice(0, 5), slice(0, 70))
    assert list(grid.blocks(grid.columns)) == [grid.whole]


@pytest.mark.parametrize(("height", "width"), [(4, 9), (9, 4), (1, 1)])
def test_an_image_smaller_than_a_patch_is_refused(height: int, width: int) -> None:
    with pytest.raises(ValueError, match=f"{height} x {width} pixels, smaller than a patch of 5 x 5"):
        PatchGrid(1, height, width, 5)


@pytest.mark.parametrize("stride", [0, 6])
def test_a_stride_that_leaves_pixels_between_patches_is_refused(stride: int) -> None:
    with pytest.raises(ValueError, match=f"between 1 and 5, and is {stride}"):
        PatchGrid(1, 9, 9, 5, stride)


@settings(deadline=None, max_examples=60)
@given(grid=grids, columns=st.integers(1, 200))
def test_extending_images_and_adding_back_are_adjoint_for_every_block(grid: PatchGrid, columns: int) -> None:
    x = image_of(grid)
    for block in (None, *grid.blocks(columns)):
        wide = grid.extended(x, block)
        values = normal(*wide.shape, seed=2)
        back = grid.add_extended(values, torch.zeros_like(x), block)
        assert float((wide * values).sum()) == pytest.approx(float((x * back).sum()), rel=1e-9, abs=1e-9)


def test_every_pixel_of_a_periodic_grid_is_covered_alike_where_the_stride_divides_its_sides() -> None:
    grid = PatchGrid(1, 12, 18, 6, 3, "periodic")
    assert bool((grid.coverage(image_of(grid)) == 4).all())
