from __future__ import annotations

import numpy as np
from skimage import data

from recon_cli.models.dictionary import Tuned
from recon_cli.models.registry import find_dictionary
from recon_cli.workflows.calibrate import calibrate


def test_it_climbs_to_a_point_that_no_neighbour_beats() -> None:
    clean = data.camera()[None, 60:92, 200:232].astype(np.float32) / 255
    noise = np.random.default_rng(3).standard_normal(clean.shape).astype(np.float32)
    noisy = clean + 25 / 255 * noise
    seen: dict[Tuned, float] = {}
    start = Tuned(4.0, 0.002)
    best, score = calibrate(
        find_dictionary(None, 25), clean, noisy, "unrolled", start, callback=seen.__setitem__
    )
    assert score == max(seen.values())
    assert score > seen[start] + 0.5
    assert (
        min(abs(np.log(p.beta / best.beta)) + abs(np.log(p.lam / best.lam)) for p in seen if p != best) < 0.15
    )
