from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from recon_cli.errors import ReconError
from recon_cli.models.dictionary import load_dictionary
from recon_cli.workflows.train import TrainingOptions, TrainingStatus, train

OPTIONS = TrainingOptions(
    25, 1.4, 0.0075, atoms=24, patch_size=5, crop_size=24, margin=4, batch=4, train_steps=6
)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    Image.fromarray(data.camera()[60:160, 180:280]).save(folder / "a.png")
    Image.fromarray(data.coins()[:90, :120]).save(folder / "b.png")
    return folder


def test_the_loss_falls_on_real_images(images: Path, tmp_path: Path) -> None:
    losses: list[float] = []
    options = replace(OPTIONS, train_steps=40, batch=6)
    train(images, None, tmp_path / "d.safetensors", options, callback=lambda s: losses.append(s.loss))
    assert np.mean(losses[-8:]) < 0.8 * np.mean(losses[:4])


def test_a_resumed_training_equals_the_uninterrupted_one(images: Path, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole.safetensors", tmp_path / "parts.safetensors"
    train(images, images, whole, OPTIONS, checkpoint_every=2)

    def interrupt(status: TrainingStatus) -> None:
        if status.step in (3, 4):
            raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            train(images, images, parts, OPTIONS, checkpoint_every=2, resume=True, callback=interrupt)
        assert not parts.exists()
    train(images, images, parts, OPTIONS, checkpoint_every=2, resume=True)
    assert parts.read_bytes() == whole.read_bytes()


def test_a_checkpoint_of_other_options_is_refused(images: Path, tmp_path: Path) -> None:
    place = tmp_path / "d.safetensors"
    train(images, None, place, replace(OPTIONS, train_steps=2))
    with pytest.raises(ReconError, match=r"other options \(seed\)"):
        train(images, None, place, replace(OPTIONS, train_steps=2, seed=1), resume=True)


def test_it_starts_from_a_dictionary(images: Path, tmp_path: Path) -> None:
    first = train(images, None, tmp_path / "a.safetensors", replace(OPTIONS, train_steps=2))
    options = replace(OPTIONS, train_steps=1, learning_rate=1e-12, variant="fixed-mean")
    second = train(images, None, tmp_path / "b.safetensors", options, initial=first)
    torch.testing.assert_close(second.atoms, first.atoms, atol=1e-5, rtol=1e-3)
    assert load_dictionary(tmp_path / "b.safetensors").variant == "fixed-mean"
    with pytest.raises(ReconError, match="another number or size"):
        train(images, None, tmp_path / "c.safetensors", replace(options, atoms=30), initial=first)


def test_divergence_stops_the_training(images: Path, tmp_path: Path) -> None:
    with pytest.raises(ReconError, match="diverged"):
        train(images, None, tmp_path / "d.safetensors", replace(OPTIONS, learning_rate=1e30, train_steps=9))
    assert not (tmp_path / "d.safetensors").exists()
