from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from recon_cli.engine.operators.kernels import gaussian
from recon_cli.priors.total_variation import TotalVariationPrior
from recon_cli.quality.metrics import psnr
from recon_cli.quality.scores import Reference
from recon_cli.solver import Solver
from recon_cli.workflows.images.blurred import BlurredCamera
from recon_cli.workflows.images.camera import Camera
from recon_cli.workflows.images.inpainting import HollowCamera
from recon_cli.workflows.images.simulation import simulate, some_pixels
from recon_cli.workflows.seen import Seen, seen_by, slice_of
from recon_cli.workflows.tomography.projections import Projections
from recon_cli.workflows.tomography.simulate import in_square, simulate_scan
from recon_cli.workflows.tomography.study import Asked, prepare
from recon_cli.workflows.tune.seen import seen_case

from ...photograph import CLEAN

SIGMA = 5.0
SOLVER = Solver(max_iterations=300)
ANGLES = tuple(range(0, 180, 6))
CAMERAS: dict[str, Camera] = {
    "deconvolve": BlurredCamera(kernel=gaussian(1.2)),
    "inpaint": HollowCamera(),
    "upscale": BlurredCamera(kernel=gaussian(1.0, 0.5), factor=2),
}


def seen_of(task: str) -> tuple[Seen, NDArray[np.float32]]:
    """Return the data of a photograph, and the photograph."""
    clean = CLEAN[0, :48, :48]
    if task == "tomography":
        made = simulate_scan(clean[None], ANGLES, 0.01)
        study = prepare(Projections(made.values, "", ()), Asked(ANGLES, sigma=made.sigma), "it")
        return slice_of(study, 0), in_square(clean[None])[0]
    camera = CAMERAS[task]
    data = simulate(clean, camera, SIGMA)
    held = some_pixels((48, 48), 0.4, 0) if task == "inpaint" else None
    return seen_by(camera, data if held is None else data * held, held, SIGMA), clean


def usual(seen: Seen, factor: float) -> TotalVariationPrior:
    weight = TotalVariationPrior().usual("denoise", seen.measurement.sigma, "settled").value
    return TotalVariationPrior(factor * weight)


every_task = pytest.mark.parametrize("task", [*CAMERAS, "tomography"])


@every_task
def test_without_a_reference_hold_out_tells_good_strengths_from_bad_ones(task: str) -> None:
    seen, clean = seen_of(task)
    case = seen_case(seen, Reference(clean[None], 1.0), "holdout", 0)
    low, good = (case.evaluate(usual(seen, factor), SOLVER) for factor in (0.02, 0.7))
    assert good.psnrs > low.psnrs
    assert good.values < low.values
    high = case.evaluate(usual(seen, 200.0), SOLVER)
    assert high.psnrs < good.psnrs
    assert high.values > good.values


@every_task
def test_what_is_held_out_plays_no_part_in_the_image(task: str) -> None:
    seen, _ = seen_of(task)
    case = seen_case(seen, None, "holdout", 3)
    assert case.held_out is not None
    assert 0.05 < case.held_out.sum() / seen.where.sum() < 0.2
    assert not case.measurement.data.numpy()[case.held_out[None]].any()
    rows = case.held_out.all(1) | ~case.held_out.any(1)
    assert rows.all() == (task == "tomography")


@every_task
def test_the_discrepancy_is_small_between_too_weak_and_too_strong(task: str) -> None:
    seen, _ = seen_of(task)
    case = seen_case(seen, None, "discrepancy", 0)
    weak, strong = (case.evaluate(usual(seen, factor), SOLVER).values[0] for factor in (0.01, 50.0))
    between = min(case.evaluate(usual(seen, factor), SOLVER).values[0] for factor in (1.0, 2.0, 4.0))
    assert between < min(weak, strong)


def without_noise(task: str) -> NDArray[np.float64]:
    """Return the data of `seen_of` without their noise, in units of the photograph."""
    clean = CLEAN[0, :48, :48]
    if task == "tomography":
        return simulate_scan(clean[None], ANGLES, 0.0).values[0].astype(np.float64)
    return simulate(clean, CAMERAS[task], 0.0).astype(np.float64)


@every_task
def test_stein_s_estimate_is_the_error_of_the_data_that_the_result_predicts(task: str) -> None:
    seen, _ = seen_of(task)
    case = seen_case(seen, None, "sure", 0)
    where, exact, measurement = seen.where, without_noise(task), seen.measurement
    data = measurement.data[0].numpy().astype(np.float64)
    exact *= (data[where] @ exact[where]) / (exact[where] @ exact[where])  # data are weighted
    variance = ((measurement.sigma or 0) / 255) ** 2
    excess = float(((data - exact)[where] ** 2).mean()) - variance  # of this noise, at all strengths
    for factor in (0.3, 3.0):
        trial = case.evaluate(usual(seen, factor), SOLVER)
        assert trial.done.solution is not None
        error = (measurement.forward(trial.done.solution.image)[0].numpy() - exact)[where]
        assert trial.values[0] - excess == pytest.approx(float((error**2).mean()), abs=0.1 * variance)


@every_task
def test_stein_s_estimate_tells_good_strengths_from_bad_ones(task: str) -> None:
    seen, clean = seen_of(task)
    case = seen_case(seen, Reference(clean[None], 1.0), "sure", 0)
    low, good, high = (case.evaluate(usual(seen, factor), SOLVER) for factor in (0.02, 0.7, 200.0))
    assert good.psnrs > max(low.psnrs, high.psnrs)
    assert good.values < min(low.values, high.values)


@every_task
def test_images_are_compared_with_the_truth_as_pictures(task: str) -> None:
    seen, clean = seen_of(task)
    trial = seen_case(seen, Reference(clean[None], 1.0), "psnr", 0).evaluate(usual(seen, 0.7), SOLVER)
    picture = seen.picture(np.asarray(trial.done.image))[0]
    assert picture.shape == clean.shape
    assert trial.values == trial.psnrs
    assert trial.psnrs == [pytest.approx(psnr(picture, clean))]
    assert trial.psnrs[0] > 20
