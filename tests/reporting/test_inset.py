from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from recon_cli.reporting.inset import choose_inset, enlarge

ROUGH = np.random.default_rng(0).random((100, 100), np.float32)


@pytest.mark.parametrize(("left", "top"), [(True, True), (True, False), (False, True), (False, False)])
def test_the_inset_stands_in_the_corner_that_shows_least(left: bool, top: bool) -> None:
    image = ROUGH.copy()
    rows, columns = slice(0, 50) if top else slice(50, 100), slice(0, 50) if left else slice(50, 100)
    image[rows, columns] = 0.5
    image[44:60, 44:60] *= 3  # most detail is in the middle
    inset = choose_inset(image[None])
    assert (inset.left, inset.top) == (left, top)
    assert inset.place[0].start in range(30, 60)


def test_it_does_not_hide_what_it_enlarges() -> None:
    image = np.full((1, 100, 100), 0.5, np.float32)
    image[0, 5:20, 5:20] = ROUGH[:15, :15]
    inset = choose_inset(image)
    assert (inset.left, inset.top) != (True, True)


def test_frames_can_be_seen_on_any_colour() -> None:
    figure = Figure()
    axis = figure.subplots()
    axis.imshow(ROUGH)
    enlarge(axis, ROUGH[:10, :10], choose_inset(ROUGH[None]), lambda where, _, image: where.imshow(image))
    for drawn in (axis, axis.child_axes[0]):
        colours = [patch.get_edgecolor()[:3] for patch in drawn.patches]
        assert len(colours) == 2
        assert (1, 1, 1) not in colours
        lines = [patch.get_linewidth() for patch in drawn.patches]
        assert lines[0] > lines[1]


def test_an_image_too_small_to_enlarge_a_part_of_it_has_none() -> None:
    """As the sections of a stack of few planes."""
    thin = ROUGH[:4]
    axis = Figure().subplots()
    inset = choose_inset(thin[None])
    enlarge(axis, thin[inset.place], inset, lambda where, _, image: where.imshow(image))
    assert not axis.child_axes
    assert not axis.patches
