from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from recon_cli.errors import ReconError
from recon_cli.models.ridge import Ridge, load_ridge
from recon_cli.priors.ridge import RidgePrior
from recon_cli.reconstruction import reconstruct
from recon_cli.workflows.training.configure import RidgeConfiguration, configure
from recon_cli.workflows.training.journal import TrainingStatus
from recon_cli.workflows.training.ridge_model import RidgeModel
from recon_cli.workflows.training.run import TrainingFiles, train
from recon_cli.workflows.tune.denoising import noisy_images

SMALL = {
    "regulariser": "crr",
    "sigma": 25,
    "crop_size": 24,
    "margin": 4,
    "batch": 2,
    "train_steps": 6,
    "validate_every": 2,
    "tune": False,
}


def small(**changes: object) -> RidgeConfiguration:
    configuration = configure(SMALL | changes)
    assert isinstance(configuration, RidgeConfiguration)
    return configuration


def files(images: Path, name: str) -> TrainingFiles:
    return TrainingFiles(images, images.with_name(f"{name}.safetensors"), images)


both_objectives = pytest.mark.parametrize("objective", ["unrolled", "minimum"])


@pytest.mark.slow
@both_objectives
def test_the_loss_falls_on_real_images(images: Path, objective: str) -> None:
    losses: list[float] = []
    longer = small(train_steps=32, validate_every=16, batch=4, objective=objective)
    train(files(images, "d"), longer, callback=lambda s: losses.append(s.loss))
    assert np.mean(losses[-8:]) < 0.9 * np.mean(losses[:4])


@pytest.mark.slow
@both_objectives
def test_a_resumed_training_equals_the_uninterrupted_one(images: Path, objective: str) -> None:
    configuration = small(objective=objective)
    whole, parts = files(images, "whole"), files(images, "parts")
    train(whole, configuration)

    def interrupt(status: TrainingStatus) -> None:
        if status.step in (3, 4):
            raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            train(parts, configuration, resume=True, callback=interrupt)
    train(parts, configuration, resume=True)
    assert parts.output.read_bytes() == whole.output.read_bytes()
    steps = [json.loads(line)["step"] for line in parts.journal.read_text().splitlines()]
    assert steps == [1, 2, 3, 4, 5, 6]


def test_what_is_saved_denoises_as_it_did_in_training(images: Path) -> None:
    configuration = small()
    made = train(files(images, "d"), configuration)
    assert isinstance(made, Ridge)
    read = load_ridge(files(images, "d").output)
    assert read.training["train_steps"] == 6
    assert read.training["regulariser"] == "crr"
    assert configure({k: read.training[k] for k in configuration.model_dump()}) == configuration
    noisy = torch.rand(1, 20, 22, generator=torch.Generator().manual_seed(1)) * 0.2 + 0.4
    model = RidgeModel(configuration, torch.Generator().manual_seed(configuration.seed))
    learned = model.learned(dict(model.named_parameters()), {})
    with torch.no_grad():
        expected = model.denoise(noisy, 25)
    found = reconstruct(noisy_images(noisy.numpy(), 25), RidgePrior(learned)).image
    np.testing.assert_allclose(found, expected.numpy(), atol=2e-3)


@pytest.mark.slow
def test_it_is_tuned_at_the_minimum(images: Path) -> None:
    said: list[str] = []
    made = train(files(images, "d"), small(tune=True, objective="unrolled"), say=said.append)
    before = json.loads(files(images, "d").journal.read_text().splitlines()[-1])
    assert isinstance(made, Ridge)
    assert "tuned: lam" in said[-1]
    assert load_ridge(files(images, "d").output).tuned == made.tuned
    assert float(said[-1].split()[-2]) > before["validation"] - 1


@both_objectives
def test_every_parameter_has_a_gradient(objective: str) -> None:
    model = RidgeModel(small(objective=objective), torch.Generator().manual_seed(1))
    noisy = torch.rand(1, 20, 20, generator=torch.Generator().manual_seed(2))
    (model.denoise(noisy, 25) - 0.5).square().mean().backward()
    assert all(p.grad is not None and float(p.grad.abs().sum()) > 0 for p in model.parameters())


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"regulariser": "tv"}, "regulariser: there are patches and crr"),
        ({"regulariser": "crr", "atoms": 3}, "atoms: there is no such setting"),
        ({"regulariser": "crr", "crop_size": 12, "margin": 1}, "smaller than a filter of 13"),
    ],
)
def test_wrong_settings_are_one_sentence(values: dict[str, object], said: str) -> None:
    with pytest.raises(ReconError, match=said):
        configure({"sigma": 25} | values)
