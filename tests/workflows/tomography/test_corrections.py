from __future__ import annotations

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.workflows.tomography.corrections import estimate_noise, find_axis, is_whole, without_rings

from .scans import projected

ANGLES = np.arange(0, 180, 6.0)
NOISE = np.random.default_rng(0).standard_normal((1, 30, 96)).astype(np.float32)


@pytest.mark.parametrize("axis", [47.5, 41.3, 52.0])
def test_the_axis_is_found_in_noise(axis: float) -> None:
    exact = projected(96, ANGLES, axis)
    found = find_axis(exact[None] + 0.01 * exact.max() * NOISE, ANGLES.tolist())
    assert found == pytest.approx(axis, abs=0.1)


def test_an_axis_that_cannot_be_found_is_asked_for() -> None:
    with pytest.raises(ReconError, match="give --center its column"):
        find_axis(projected(96, ANGLES)[None, :2], [0.0, 6.0])


@pytest.mark.parametrize("share", [0.003, 0.01, 0.05])
def test_the_noise_is_found(share: float) -> None:
    exact = projected(96, ANGLES)
    sigma = share * float(exact.max())
    assert estimate_noise(exact[None] + sigma * NOISE) == pytest.approx(sigma, rel=0.1)


def test_rings_go_and_the_object_stays() -> None:
    exact = projected(96, ANGLES)[None]
    marked = exact.copy()
    marked[:, :, [12, 47, 80]] += np.array([2.0, -3.0, 1.0], np.float32)
    cleaned = without_rings(marked)
    assert np.abs(cleaned - exact)[:, :, [12, 47, 80]].max() < 0.6
    assert np.abs(cleaned - exact).mean() < 0.7 * np.abs(marked - exact).mean()


NONE_BESIDE = np.zeros(96, bool)


def test_an_object_that_the_detector_cuts_is_not_whole() -> None:
    exact = projected(96, ANGLES)[None]
    assert is_whole(exact + 0.01 * exact.max() * NOISE, NONE_BESIDE)
    assert not is_whole(exact[:, :, 30:66], NONE_BESIDE[30:66])
    assert not is_whole(exact + 20, NONE_BESIDE)


def test_an_object_that_reaches_out_of_the_disc_is_not_whole() -> None:
    exact = projected(96, ANGLES)[None]
    bins = np.arange(96)
    assert is_whole(exact, bins < 10)
    assert not is_whole(exact, bins < 48)
