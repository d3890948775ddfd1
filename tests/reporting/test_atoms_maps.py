from __future__ import annotations

import numpy as np
import pytest
import torch

from recon_cli.models.registry import find_dictionary
from recon_cli.reporting.atoms_figure import atoms_figure
from recon_cli.reporting.atoms_maps import ATOMS
from recon_cli.workflows.show_atoms import AtomsView, show_atoms

from ..helpers import random_images

IMAGE = random_images(1, 30, 42, dtype=torch.float32)[0].numpy()


@pytest.fixture(scope="module")
def view() -> AtomsView:
    return show_atoms(find_dictionary("sigma25-reweighted", 25), IMAGE)


def test_the_image_and_maps_lie_over_each_other(view: AtomsView) -> None:
    drawn = [each for each in atoms_figure(view).axes if each.images][1 : ATOMS + 3]
    assert [each.get_title("left") for each in drawn[:2]] == ["image", "mean of all"]
    weights = view.weights
    assert weights is not None
    np.testing.assert_array_equal(drawn[0].images[0].get_array(), IMAGE)
    np.testing.assert_array_equal(drawn[1].images[0].get_array(), weights.mean)
    for each, atom in zip(drawn[2:], weights.most_varied(ATOMS), strict=True):
        assert each.get_title("left") == f"atom {atom + 1}"
        np.testing.assert_array_equal(each.images[0].get_array(), weights.logarithms[atom])
        assert each.get_xlim() == drawn[0].get_xlim()
        assert each.get_ylim() == drawn[0].get_ylim()
        left, right, bottom, top = each.images[0].get_extent()
        rows, columns = weights.mean.shape
        assert (right - left) / columns == pytest.approx((bottom - top) / rows) == 2
        assert (left, top) == pytest.approx((weights.reach[0] - 1, weights.reach[2] - 1))


def test_without_weights_the_figure_ends_before(view: AtomsView) -> None:
    once = show_atoms(find_dictionary("sigma25-minimum", 25), IMAGE)
    assert atoms_figure(once).get_figheight() < atoms_figure(view).get_figheight() - 1
