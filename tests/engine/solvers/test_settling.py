from __future__ import annotations

import math

import pytest
import torch

from recon_cli.engine.solvers.settling import OF_MRI, WINDOW, Settling

from ...helpers import normal


def test_an_image_that_does_not_change_has_settled_from_the_twelfth_iteration_on() -> None:
    image = normal(2, 5, 6)
    settling = Settling(image, 1)
    found = [settling.distance(image, iteration) for iteration in range(WINDOW, 19, WINDOW)]
    assert found == [math.inf, math.inf, math.inf, 0, 0, 0]


@pytest.mark.parametrize("parts", [1, 2])
def test_the_image_that_changed_most_counts_in_grey_levels(parts: int) -> None:
    image, change = normal(2 * parts, 5, 6), torch.zeros(2 * parts, 5, 6, dtype=torch.float64)
    change[:parts], change[parts:] = 1e-4, 3e-4
    settling = Settling(image, parts)
    settling.distance(image, 22)
    assert settling.distance(image + change, 25) == pytest.approx(1.2 * 255 * 3e-4 * math.sqrt(parts * 25))
    assert settling.distance(image + change, 28) == 0


def test_the_last_change_counts_as_that_of_a_whole_window() -> None:
    image, change = normal(1, 5, 6), normal(1, 5, 6, seed=1)
    found = []
    for last in (25, 24):
        settling = Settling(image, 1)
        settling.distance(image, 25 - WINDOW)
        found.append(settling.distance(image + (last - 22) * change, last))
    assert found[1] == pytest.approx(found[0] * math.sqrt(24 / 25))


def test_images_that_near_their_limit_slowly_are_not_taken_for_settled_too_early() -> None:
    """One that nears its limit as `1 / k`, the slowest that was seen."""
    limit, direction = normal(1, 5, 6), normal(1, 5, 6, seed=1)
    settling = Settling(limit + direction, 1)
    for iteration in range(WINDOW, 200, WINDOW):
        found = settling.distance(limit + direction / (iteration + 1), iteration)
        true = 255 * float(direction.square().mean().sqrt()) / (iteration + 1)
        if iteration >= 12:
            assert found > 0.25 * true


def test_in_mri_an_image_that_nears_its_limit_as_one_over_the_iterations_is_known_from_the_ninth_on() -> None:
    limit, direction = normal(1, 5, 6), normal(1, 5, 6, seed=1)
    settling = Settling(limit, 1, OF_MRI)
    for iteration in range(WINDOW, 36, WINDOW):
        found = settling.distance(limit + direction / iteration, iteration)
        true = 255 * float(direction.square().mean().sqrt()) / iteration
        assert found == math.inf if iteration < 9 else 0.3 * true < found < 0.6 * true
