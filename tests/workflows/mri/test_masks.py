from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_cli.errors import ReconError
from recon_cli.workflows.mri.masks import Pattern, generate_mask

PATTERNS: tuple[Pattern, ...] = ("radial", "cartesian", "random")
every_pattern = pytest.mark.parametrize("pattern", PATTERNS)
sizes = st.integers(8, 48)
ratios = st.floats(0.02, 1)


@settings(deadline=None, max_examples=60)
@given(pattern=st.sampled_from(PATTERNS), height=sizes, width=sizes, ratio=ratios, seed=st.integers(0, 99))
def test_the_centre_is_sampled_and_the_share_is_near_the_ratio(
    pattern: Pattern, height: int, width: int, ratio: float, seed: int
) -> None:
    mask = generate_mask(pattern, height, width, ratio, seed)
    assert mask.shape == (height, width)
    assert mask.dtype == bool
    assert mask[height // 2, width // 2]
    if pattern == "random":
        assert mask.sum() == max(1, round(ratio * height * width))
    elif pattern == "cartesian":
        assert mask.sum() == height * max(1, round(ratio * width))
    else:
        # of all these sizes and ratios the worst is 1.37: one line more or less
        assert abs(mask.mean() - ratio) <= 1.5 / min(height, width)


@every_pattern
@pytest.mark.parametrize("ratio", [0.1, 0.25, 0.3, 0.6])
def test_a_large_mask_meets_its_ratio(pattern: Pattern, ratio: float) -> None:
    assert generate_mask(pattern, 160, 200, ratio).mean() == pytest.approx(ratio, abs=0.005)


@every_pattern
@pytest.mark.parametrize("shape", [(32, 32), (17, 24), (40, 9)])
def test_the_whole_ratio_samples_everything(pattern: Pattern, shape: tuple[int, int]) -> None:
    assert generate_mask(pattern, *shape, 1.0).all()


@settings(deadline=None, max_examples=30)
@given(height=sizes, width=sizes, ratio=ratios, seed=st.integers(0, 99))
def test_a_cartesian_mask_is_whole_columns_with_a_dense_centre(
    height: int, width: int, ratio: float, seed: int
) -> None:
    mask = generate_mask("cartesian", height, width, ratio, seed)
    assert (mask == mask[0]).all()
    count = int(mask[0].sum())
    dense = max(1, round(0.32 * count))
    first = width // 2 - dense // 2
    assert mask[0, first : first + dense].all()


@settings(deadline=None, max_examples=60)
@given(height=sizes, width=sizes, ratio=ratios)
def test_a_radial_mask_is_symmetric_about_its_centre(height: int, width: int, ratio: float) -> None:
    """Each line is its own reflection; only the first row or column of an even grid has no counterpart."""
    mask = generate_mask("radial", height, width, ratio)[1 - height % 2 :, 1 - width % 2 :]
    np.testing.assert_array_equal(mask, mask[::-1, ::-1])


@pytest.mark.parametrize(("shape", "ratio"), [((33, 33), 0.3), ((48, 40), 0.3), ((256, 256), 0.1)])
def test_lines_through_odd_and_even_centres_are_rounded_alike_on_both_sides(
    shape: tuple[int, int], ratio: float
) -> None:
    mask = generate_mask("radial", *shape, ratio)[1 - shape[0] % 2 :, 1 - shape[1] % 2 :]
    np.testing.assert_array_equal(mask, mask[::-1, ::-1])


def test_few_radial_lines_are_where_they_should_be() -> None:
    mask = generate_mask("radial", 33, 33, 0.058)
    rows, cols = np.mgrid[:33, :33]
    cross = (rows == 16) | (cols == 16)
    assert (mask == cross).all()


def test_random_samples_are_dense_in_the_centre() -> None:
    mask = generate_mask("random", 96, 96, 0.3)
    middle = mask[40:56, 40:56].mean()
    corner = mask[:16, :16].mean()
    assert middle > 0.7
    assert corner < 0.1


@every_pattern
@pytest.mark.parametrize("seed", range(5))
def test_a_handful_of_samples_has_the_centre(pattern: Pattern, seed: int) -> None:
    assert generate_mask(pattern, 160, 200, 0.001, seed)[80, 100]


@pytest.mark.parametrize("pattern", ["cartesian", "random"])
def test_seeds_reproduce_and_differ(pattern: Pattern) -> None:
    one, again, other = (generate_mask(pattern, 40, 48, 0.3, seed) for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()


def test_a_radial_mask_has_no_chance() -> None:
    assert (generate_mask("radial", 40, 48, 0.3, 1) == generate_mask("radial", 40, 48, 0.3, 2)).all()


@every_pattern
@pytest.mark.parametrize("ratio", [0.0, -0.3, 1.01, float("nan")])
def test_a_ratio_out_of_range_is_refused(pattern: Pattern, ratio: float) -> None:
    with pytest.raises(ReconError, match="--ratio has to be above 0 and at most 1") as refused:
        generate_mask(pattern, 20, 20, ratio)
    assert refused.value.exit_code == 2
