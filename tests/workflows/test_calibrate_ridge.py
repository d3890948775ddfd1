from __future__ import annotations

import numpy as np
import pytest

from recon_cli.models.ridge import Strength
from recon_cli.workflows.calibrate_ridge import Scan, calibrate_ridge, calibrate_ridge_in_mri
from recon_cli.workflows.mri.masks import generate_mask
from recon_cli.workflows.mri.options import MriOptions
from recon_cli.workflows.mri.simulate import simulate

from ..helpers import smoothed_variation
from .test_ridge import camera, with_noise


def test_the_search_ends_where_no_neighbour_is_better() -> None:
    clean = camera(40, 36)[None]
    seen: dict[Strength, float] = {}
    start = Strength(40.0, 1.0)
    best, score = calibrate_ridge(
        smoothed_variation(), clean, with_noise(clean), 25, start, callback=seen.__setitem__
    )
    assert score >= max(seen.values()) - 0.01
    assert score > seen[start] + 0.3
    assert best in seen


def test_in_mri_it_climbs_in_the_mean_of_several_scans() -> None:
    clean, scans = camera(24, 20), []
    for seed in (0, 1):
        mask = generate_mask("random", 24, 20, 0.5, seed)
        scans.append(Scan(simulate(clean, mask, 10, seed=seed)[None], mask, clean))
    seen: dict[Strength, float] = {}
    start = Strength(5.0, 1.0)
    best, score = calibrate_ridge_in_mri(
        smoothed_variation(), scans, MriOptions(), start, callback=seen.__setitem__
    )
    assert score == max(seen.values()) == seen[best]
    assert score > seen[start] + 0.3
    alone = calibrate_ridge_in_mri(smoothed_variation(), scans[:1], MriOptions(), best)[1]
    assert alone != pytest.approx(score, abs=1e-3)
    assert np.isfinite(alone)
