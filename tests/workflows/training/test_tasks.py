from __future__ import annotations

import math

import pytest
import torch
from skimage import data
from torch import Tensor

from recon_cli.priors import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.tasks import TaskName
from recon_cli.workflows.training.tasks import errors, measured

TASKS: tuple[TaskName, ...] = ("deconvolve", "upscale", "inpaint", "tomography", "mri")
all_tasks = pytest.mark.parametrize("task", TASKS)
LEVELS = (10.0, 27.0, 50.0)


def crop() -> Tensor:
    return torch.from_numpy(data.camera()[80:144, 190:254] / 255).float()


@all_tasks
def test_the_level_is_one_of_the_training_and_chance_follows_from_the_seed(task: TaskName) -> None:
    found = [measured(task, crop(), seed, LEVELS) for seed in (3, 3, 4)]
    assert all(10 <= (each.sigma or 0) <= 50 for each in found)
    assert torch.equal(found[0].data, found[1].data)
    assert found[0].data.shape != found[2].data.shape or not torch.equal(found[0].data, found[2].data)


@all_tasks
def test_errors_are_those_of_the_picture_in_its_place(task: TaskName) -> None:
    """Of a result they are small; the picture of another place, a pixel aside, is farther away."""
    clean = crop()
    measurement = measured(task, clean, 2, LEVELS)
    prior = DictionaryPrior("sigma25-reweighted").prepare(
        measurement.task, measurement.sigma, Solver(max_iterations=60), measurement.weight
    )
    planes = prior.minimise(measurement).image
    error = errors(measurement, planes, clean)
    assert error.shape == (1, 64, 64)
    assert _psnr(error) > 20
    for dim in (0, 1):
        assert _psnr(errors(measurement, planes, clean.roll(1, dim))) < _psnr(error) - 0.5


def _psnr(error: Tensor) -> float:
    return -10 * math.log10(float(error[:, 3:-3, 3:-3].square().mean()))


def test_levels_that_no_data_need_are_refused() -> None:
    with pytest.raises(ValueError, match="no data of upscale need"):
        measured("upscale", crop(), 0, (9000.0, 9001.0))
