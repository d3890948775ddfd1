from __future__ import annotations

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.workflows.tune.criteria import CRITERIA, choose_criterion, discrepancy, sure


@pytest.mark.parametrize("strength", [0.0, 0.3, 0.8])
def test_sure_is_the_mean_squared_error_on_average(strength: float) -> None:
    """For a linear smoothing, over many draws of the noise."""
    rng = np.random.default_rng(0)
    clean = rng.random((24, 24))
    sigma, estimates, errors = 0.2, [], []

    def smooth(y: np.ndarray) -> np.ndarray:
        around = sum(np.roll(y, shift, axis) for shift in (-1, 1) for axis in (0, 1)) / 4
        return (1 - strength) * y + strength * around

    for _ in range(400):
        noisy = clean + sigma * rng.standard_normal(clean.shape)
        shift = 0.02 * rng.choice([-1.0, 1.0], clean.shape)
        image = smooth(noisy)
        estimates.append(sure(image, noisy, smooth(noisy + shift), shift, sigma))
        errors.append(np.mean((image - clean) ** 2))
    assert np.mean(estimates) == pytest.approx(np.mean(errors), rel=0.02)
    assert np.std(estimates) > 0


def test_the_discrepancy_vanishes_where_the_residual_is_noise() -> None:
    rng = np.random.default_rng(0)
    noise = 0.1 * rng.standard_normal((200, 200))
    assert discrepancy(noise, 0.1) < 2e-4
    assert discrepancy(0 * noise, 0.1) == pytest.approx(0.01)
    both = (noise + 1j * noise.T) / np.sqrt(2)
    assert discrepancy(both, 0.1) < 2e-4


def test_a_choice_is_made_where_the_user_leaves_it() -> None:
    assert choose_criterion(None, "mri", False, False).name == "holdout"
    assert choose_criterion(None, "mri", True, False).name == "psnr"
    assert choose_criterion(None, "denoise", True, True).name == "psnr"


@pytest.mark.parametrize(
    ("name", "task", "reference", "known", "said"),
    [
        ("sure", "mri", True, True, "sure is not for --task mri, but for --task denoise or deconvolve"),
        ("sure", "mri", True, True, "or upscale or tomography; take psnr or ssim or discrepancy or holdout"),
        (
            "holdout",
            "denoise",
            True,
            True,
            "holdout is not for --task denoise, but for --task deconvolve",
        ),
        ("psnr", "mri", False, True, "psnr needs --reference"),
        ("ssim", "mri", False, True, "ssim needs --reference"),
        ("discrepancy", "mri", True, False, "needs the noise level, --sigma"),
    ],
)
def test_a_criterion_that_does_not_suit_is_one_sentence(
    name: str, task: str, reference: bool, known: bool, said: str
) -> None:
    with pytest.raises(ReconError, match=said) as caught:
        choose_criterion(name, task, reference, known)  # type: ignore[arg-type]
    assert caught.value.exit_code == 2


def test_better_and_hopeless_follow_the_direction() -> None:
    psnr, error, distance = CRITERIA["psnr"], CRITERIA["sure"], CRITERIA["discrepancy"]
    assert psnr.better(30, 29)
    assert error.better(0.001, 0.002)
    assert psnr.hopeless(28.8, 28.8, 29)
    assert not psnr.hopeless(28.95, 28.95, 29)
    assert error.hopeless(0.00105, 0.00105, 0.001)
    assert not error.hopeless(0.00102, 0.00102, 0.001)
    assert not distance.hopeless(9.0, 9.0, 0.001)


@pytest.mark.parametrize("early", [28.7, 28.9])
def test_a_point_that_still_moves_is_not_hopeless_yet(early: float) -> None:
    assert not CRITERIA["psnr"].hopeless(early, 28.8, 29)


def test_a_gain_is_worth_a_move_absolutely_or_in_relation_to_the_value() -> None:
    psnr, risk = CRITERIA["psnr"], CRITERIA["sure"]
    assert psnr.gains(28.01, 28.0)
    assert not psnr.gains(28.0001, 28.0)
    assert not psnr.gains(27.0, 28.0)
    assert risk.gains(0.9e-3, 1e-3)
    assert not risk.gains(0.9999e-3, 1e-3)
    assert CRITERIA["discrepancy"].gains(0.9999e-3, 1e-3)
