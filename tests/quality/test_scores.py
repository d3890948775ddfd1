from __future__ import annotations

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from recon_cli.errors import ReconError
from recon_cli.quality.metrics import psnr
from recon_cli.quality.scores import Reference, cut_middle, score

RNG = np.random.default_rng(0)
TRUTH = RNG.random((3, 16, 18)).astype(np.float32)
TRUTH /= TRUTH.max()
NOISY = (TRUTH + 0.1 * RNG.standard_normal(TRUTH.shape)).astype(np.float32)


def test_scores_are_means_over_the_frames() -> None:
    scores = score(NOISY, Reference(TRUTH, 1.0))
    pairs = list(zip(NOISY.astype(np.float64), TRUTH.astype(np.float64), strict=True))
    assert scores.psnr == pytest.approx(np.mean([psnr(i, t) for i, t in pairs]), rel=1e-4)
    assert scores.nrmse == pytest.approx(
        np.mean([np.linalg.norm(i - t) / np.linalg.norm(t) for i, t in pairs]), rel=1e-4
    )
    alike = [structural_similarity(i.clip(0, 1), t, data_range=1) for i, t in pairs]
    assert scores.ssim == pytest.approx(np.mean(alike), rel=1e-4)


@pytest.mark.parametrize("peak", [1e-5, 1.0, 4000.0])
def test_scores_do_not_depend_on_the_units(peak: float) -> None:
    scores = score(peak * NOISY, Reference(peak * TRUTH, peak))
    assert scores == pytest.approx(score(NOISY, Reference(TRUTH, 1.0)), rel=1e-4)


def test_of_complex_images_the_magnitude_counts() -> None:
    turned = TRUTH * np.exp(2j * TRUTH).astype(np.complex64)
    scores = score(turned, Reference(TRUTH, 1.0))
    assert scores.psnr > 100
    assert scores.ssim == pytest.approx(1)
    assert scores.nrmse < 1e-6
    assert score(-TRUTH, Reference(TRUTH, 1.0)).nrmse == pytest.approx(2)


def test_a_smaller_reference_is_compared_with_the_middle() -> None:
    small = TRUTH[:, 3:13, 4:14]
    assert score(TRUTH, Reference(small, 1.0)).nrmse == 0
    assert score(np.roll(TRUTH, 1, 2), Reference(small, 1.0)).nrmse > 0.1
    np.testing.assert_array_equal(cut_middle(TRUTH, small.shape), small)


@pytest.mark.parametrize("shape", [(2, 16, 18), (3, 17, 18), (3, 16, 19)])
def test_a_reference_that_does_not_fit_is_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(ReconError, match=r"the reference has shape .*, the reconstruction \(3, 16, 18\)"):
        score(TRUTH, Reference(np.ones(shape, np.float32), 1.0))
