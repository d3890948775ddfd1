from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation

from recon_cli.files.kspace.geometry import affine_of, stack_of

TURNED = Rotation.from_euler("xyz", [20, -35, 50], degrees=True).as_matrix()
LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0])
SLICES = np.array([3.0, -20.0, 7.0]) + np.arange(5)[:, None] * 6.5 * TURNED[2]
SAME = np.repeat(TURNED[None], 5, 0)


def test_the_middle_of_each_slice_lies_at_its_position() -> None:
    placement = stack_of(SLICES, SAME)
    assert placement is not None
    affine = affine_of(placement, (4.0, 2.0, 1.5), (1, 7, 10))
    for index, position in enumerate(SLICES):
        assert_allclose(affine @ [5, 3, index, 1], [*(LPS_TO_RAS @ position), 1], atol=1e-9)


def test_columns_rows_and_slices_go_where_the_header_says() -> None:
    placement = stack_of(SLICES, SAME)
    assert placement is not None
    steps = affine_of(placement, (4.0, 2.0, 1.5), (1, 8, 10))[:3, :3]
    assert_allclose(steps[:, 0], LPS_TO_RAS @ TURNED[0] * 1.5, atol=1e-9)
    assert_allclose(steps[:, 1], LPS_TO_RAS @ TURNED[1] * 2.0, atol=1e-9)
    assert_allclose(steps[:, 2], LPS_TO_RAS @ TURNED[2] * 6.5, atol=1e-9)  # slices of 4 mm with gaps


def test_slices_may_go_against_their_normal() -> None:
    placement = stack_of(SLICES[::-1], SAME)
    assert placement is not None
    assert placement.order.tolist() == [0, 1, 2, 3, 4]
    assert_allclose(
        affine_of(placement, (4.0, 1.0, 1.0), (1, 2, 2))[:3, 2], LPS_TO_RAS @ TURNED[2] * -6.5, atol=1e-9
    )


def test_interleaved_slices_are_sorted() -> None:
    order = [0, 2, 4, 1, 3]
    placement = stack_of(SLICES[order], SAME)
    assert placement is not None
    assert SLICES[order][placement.order].tolist() == SLICES.tolist()


def test_a_volume_lies_around_its_position() -> None:
    placement = stack_of(SLICES[:1], SAME[:1])
    assert placement is not None
    affine = affine_of(placement, (3.0, 2.0, 1.0), (9, 7, 10))
    assert_allclose(affine @ [5, 3, 4, 1], [*(LPS_TO_RAS @ SLICES[0]), 1], atol=1e-9)


def test_what_is_no_stack_has_no_place() -> None:
    assert stack_of(np.zeros((1, 3)), np.zeros((1, 3, 3))) is None
    assert stack_of(np.zeros((2, 3)), SAME[:2]) is None
    uneven = SLICES.copy()
    uneven[4] += 3 * TURNED[2]
    assert stack_of(uneven, SAME) is None
    three_planes = np.stack([TURNED, TURNED[[1, 2, 0]], TURNED[[2, 0, 1]]])
    assert stack_of(np.zeros((3, 3)), three_planes) is None
