from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from skimage import data

from recon_cli.models.registry import find_dictionary
from recon_cli.models.tuned import Tuned
from recon_cli.quality.metrics import psnr
from recon_cli.workflows.calibrate import calibrate, starting_point
from recon_cli.workflows.denoising.denoise import DenoiseOptions, denoise


def _pair() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    clean = data.camera()[None, 60:92, 200:232].astype(np.float32) / 255
    noise = np.random.default_rng(3).standard_normal(clean.shape).astype(np.float32)
    return clean, clean + 25 / 255 * noise


def test_it_climbs_to_a_point_that_no_neighbour_beats() -> None:
    clean, noisy = _pair()
    seen: dict[Tuned, float] = {}
    start = Tuned(4.0, 0.002)
    best, score = calibrate(
        find_dictionary("sigma25-mean-free", 25),
        clean,
        noisy,
        "unrolled",
        25,
        start,
        callback=seen.__setitem__,
    )
    assert score >= max(seen.values()) - 0.005
    assert score > seen[start] + 0.5
    assert (
        min(abs(np.log(p.beta / best.beta)) + abs(np.log(p.lam / best.lam)) for p in seen if p != best) < 0.15
    )


def test_early_stopping_gains_a_tolerance() -> None:
    clean, noisy = _pair()
    seen: dict[Tuned, float] = {}
    dictionary = replace(find_dictionary("sigma25-mean-free", 25), tuned={})
    start = starting_point("early-stop", dictionary, 25)
    best, score = calibrate(dictionary, clean, noisy, "early-stop", 25, start, callback=seen.__setitem__)
    assert best.tol is not None
    assert max(seen.values()) - 0.005 <= score >= seen[start]
    options = DenoiseOptions("early-stop", beta=best.beta, lam=best.lam, max_iterations=40)
    later = denoise(noisy, dictionary, 25, options)
    assert not later.result.converged
    assert psnr(later.images[0], clean[0]) < score - 0.1  # the paper's rule goes on for too long
