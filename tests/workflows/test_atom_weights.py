from __future__ import annotations

import numpy as np
import pytest

from recon_cli.models.registry import find_dictionary
from recon_cli.workflows.atom_weights import MOST, AtomWeights, measure_weights

_RNG = np.random.default_rng(5)


def _edge(column: int, rows: int = 40, columns: int = 56) -> np.ndarray:
    image = np.full((rows, columns), 0.3, np.float32)
    image[:, column:] = 0.7
    return image + 0.05 * _RNG.standard_normal(image.shape).astype(np.float32)


def _found(image: np.ndarray, model: str = "sigma25-reweighted") -> AtomWeights:
    found = measure_weights(find_dictionary(model, 25), image, 13)
    assert found is not None
    return found


@pytest.mark.parametrize("column", [20, 35])
def test_weights_are_low_where_the_image_has_an_edge(column: int) -> None:
    found = _found(_edge(column))
    left, right, top, bottom = found.reach
    middles = np.linspace(left, right, found.mean.shape[1])
    profile = found.mean.mean(0)
    near = np.abs(middles - column) < 3
    assert profile[near].max() < profile[np.abs(middles - column) > 9].min() - 0.2
    assert 0 <= left < 2
    assert 53 < right <= 55
    assert 0 <= top < 2
    assert 37 < bottom <= 39


def test_atoms_come_in_the_order_in_which_their_weights_differ() -> None:
    found = _found(_edge(30))
    spreads = found.logarithms.std((1, 2))[found.most_varied(128)]
    assert (np.diff(spreads) <= 1e-6).all()
    assert len(found.most_varied(3)) == 3
    np.testing.assert_allclose(np.log10(found.means), found.logarithms.mean((1, 2)), atol=1e-5)


def test_of_a_large_image_the_middle_is_shown_and_of_planes_the_first() -> None:
    large = np.full((2, MOST + 30, 24), 0.5, np.float32)
    large[0, 15 : 15 + MOST] = 0.6
    found = _found(large)
    assert found.image.shape == (MOST, 24)
    np.testing.assert_array_equal(found.image, np.float32(0.6))


def test_there_are_none_where_j_is_minimised_once() -> None:
    assert measure_weights(find_dictionary("sigma25-minimum", 25), _edge(9), 25) is None
