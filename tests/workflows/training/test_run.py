from __future__ import annotations

import json
import os
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from recon_cli.errors import ReconError
from recon_cli.models.dictionary import load_dictionary
from recon_cli.workflows.training.configuration import DictionaryConfiguration
from recon_cli.workflows.training.journal import TrainingStatus
from recon_cli.workflows.training.run import TrainingFiles, train


def with_(configuration: DictionaryConfiguration, **changes: object) -> DictionaryConfiguration:
    return DictionaryConfiguration(**(configuration.model_dump() | changes))


def files(images: Path, name: str, validation: bool = True) -> TrainingFiles:
    return TrainingFiles(images, images.with_name(f"{name}.safetensors"), images if validation else None)


both_objectives = pytest.mark.parametrize("objective", ["unrolled", "minimum"])


@pytest.mark.slow
def test_the_loss_falls_on_real_images(images: Path, small: DictionaryConfiguration) -> None:
    losses: list[float] = []
    longer = with_(small, train_steps=40, batch=6, validate_every=40)
    train(files(images, "d"), longer, callback=lambda s: losses.append(s.loss))
    assert np.mean(losses[-8:]) < 0.8 * np.mean(losses[:4])


@pytest.mark.slow
def test_the_minimum_comes_nearer_to_the_clean_image(images: Path, small: DictionaryConfiguration) -> None:
    scores: list[float] = []
    longer = with_(small, objective="minimum", train_steps=96, validate_every=8, batch=6, learning_rate=2e-3)

    def keep(status: TrainingStatus) -> None:
        if status.validation is not None:
            scores.append(status.validation)

    made = train(files(images, "d"), longer, callback=keep)
    assert max(scores) > scores[0] + 0.4
    assert made.penalties is not None
    assert float(made.penalties.at(25).mean()) == pytest.approx(1)
    assert float(made.penalties.at(25).std()) > 0.01
    read = load_dictionary(files(images, "d").output)
    assert read.penalties is not None
    assert read.tuned["denoise", "full"].beta != longer.parameters[0]


@pytest.mark.slow
def test_reweighting_comes_nearer_still(images: Path, small: DictionaryConfiguration) -> None:
    """From the same atoms and in as many steps as without."""
    common = with_(small, train_steps=24, validate_every=8, batch=6, learning_rate=5e-3)
    begun = train(files(images, "first"), with_(common, objective="minimum"))
    plain, twice = (
        train(files(images, objective), with_(common, objective=objective), initial=begun)
        for objective in ("minimum", "reweighted")
    )
    assert twice.training["validation_psnr"] > plain.training["validation_psnr"] + 0.1
    rule = load_dictionary(files(images, "reweighted").output).reweighting
    assert rule is not None
    assert float(rule.scale.std() / rule.scale.mean()) > 0.01
    assert float((rule.power - 0.5).abs()) > 1e-3
    assert float((rule.gain - 3).abs()) > 1e-3


@pytest.mark.slow
def test_a_range_of_noise_levels_gives_parameters_at_each(
    images: Path, small: DictionaryConfiguration
) -> None:
    scores: list[float] = []

    def keep(status: TrainingStatus) -> None:
        if status.validation is not None:
            scores.append(status.validation)

    both = with_(small, sigma=(5, 50), objective="minimum", train_steps=64, validate_every=16, batch=4)
    made = train(files(images, "d"), both, callback=keep)
    assert max(scores) > scores[0] + 0.3
    assert made.sigma == pytest.approx(250**0.5)
    assert made.penalties is not None
    assert made.penalties.knots == both.levels == (5, 10.77, 23.21, 50)
    levels = made.levels["full"]
    assert [level.sigma for level in levels] == list(both.levels)
    assert np.mean([level.psnr for level in levels]) == pytest.approx(max(scores), abs=1e-3)
    assert [level.psnr for level in levels] == sorted((level.psnr for level in levels), reverse=True)
    assert not torch.equal(made.penalties.at(5), made.penalties.at(50))
    noisy = load_dictionary(files(images, "d").output).tuned_for("denoise", "full", 15)
    assert noisy is not None
    assert levels[1].tuned.beta < noisy.beta < levels[2].tuned.beta


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {"objective": "unrolled"},
        {"objective": "minimum"},
        {"objective": "minimum", "sigma": (5, 50)},
        {"objective": "reweighted"},
        {"objective": "likelihood", "width": 6, "stride": 2},
        {"objective": "adaptive", "width": 6, "stride": 2, "clip": 0.5, "averaging": 0.9},
        {
            "objective": "adaptive",
            "width": 6,
            "stride": 2,
            "sigma": (5, 80),
            "tasks": ("denoise", "inpaint", "mri"),
        },
    ],
)
def test_a_resumed_training_equals_the_uninterrupted_one(
    images: Path, small: DictionaryConfiguration, changes: dict[str, object]
) -> None:
    small = with_(small, **changes)
    whole, parts = files(images, "whole"), files(images, "parts")
    begun = with_(small, objective="reweighted", train_steps=1)
    train_it = partial(train, initial=train(files(images, "begun"), begun))
    train_it(whole, small)

    def interrupt(status: TrainingStatus) -> None:
        if status.step in (3, 4):
            raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            train_it(parts, small, resume=True, callback=interrupt)
        assert not parts.output.exists()
    train_it(parts, small, resume=True)
    assert parts.output.read_bytes() == whole.output.read_bytes()
    steps = [json.loads(line)["step"] for line in parts.journal.read_text().splitlines()]
    assert steps == [1, 2, 3, 4, 5, 6]
    train_it(parts, small, resume=True)
    assert parts.output.read_bytes() == whole.output.read_bytes()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_saves_and_says_how_to_go_on(
    images: Path, small: DictionaryConfiguration, number: signal.Signals, code: int
) -> None:
    whole, parts = files(images, "whole"), files(images, "parts")
    train(whole, small)

    def interrupt(status: TrainingStatus) -> None:
        if status.step == 3:
            os.kill(os.getpid(), number)

    with pytest.raises(ReconError, match="stopped after step 3 of 6; the same command with --resume") as told:
        train(parts, small, callback=interrupt)
    assert told.value.exit_code == code
    seen: list[int] = []
    train(parts, small, resume=True, callback=lambda s: seen.append(s.step))
    assert seen == [4, 5, 6]
    assert parts.output.read_bytes() == whole.output.read_bytes()


def test_the_best_step_wins_and_stays_while_training(images: Path, small: DictionaryConfiguration) -> None:
    place = files(images, "d")
    scores: dict[int, float] = {}

    def watch(status: TrainingStatus) -> None:
        if status.validation is not None:
            scores[status.step] = status.validation
            best = load_dictionary(place.best)
            assert best.training["best_step"] == max(scores, key=scores.__getitem__)

    trained = train(place, small, callback=watch)
    assert set(scores) == {2, 4, 6}
    assert trained.training["best_step"] == max(scores, key=scores.__getitem__)
    assert not place.best.exists()


@pytest.mark.slow
def test_a_checkpoint_of_another_training_is_refused(images: Path, small: DictionaryConfiguration) -> None:
    place = files(images, "d")
    train(place, small)
    with pytest.raises(ReconError, match="was made with another seed"):
        train(place, with_(small, seed=1), resume=True)
    with pytest.raises(ReconError, match="was made with another data"):
        train(files(images, "d", validation=False), small, resume=True)
    with pytest.raises(ReconError, match="give --resume to go on, or --overwrite"):
        train(place, small)
    train(place, with_(small, seed=1), overwrite=True)


def test_a_damaged_checkpoint_gives_way_to_the_one_before(
    images: Path, small: DictionaryConfiguration
) -> None:
    place = files(images, "d")
    train(place, small)
    whole = place.output.read_bytes()
    content = bytearray(place.checkpoint.read_bytes())
    content[-5] ^= 1
    place.checkpoint.write_bytes(content)
    said: list[str] = []
    seen: list[int] = []
    train(place, small, resume=True, callback=lambda s: seen.append(s.step), say=said.append)
    assert "its checksum is wrong; going on from the one before" in said[0]
    assert seen == [5, 6]
    assert place.output.read_bytes() == whole


def test_it_starts_from_a_dictionary(images: Path, small: DictionaryConfiguration) -> None:
    first = train(files(images, "a"), small)
    changed = with_(small, train_steps=1, learning_rate=1e-12, variant="fixed-mean", initial="a")
    second = train(files(images, "b"), changed, initial=first)
    torch.testing.assert_close(second.atoms, first.atoms, atol=1e-5, rtol=1e-3)
    assert load_dictionary(files(images, "b").output).variant == "fixed-mean"
    with pytest.raises(ReconError, match="another number or size"):
        train(files(images, "c"), with_(changed, atoms=30), initial=first)


def test_divergence_stops_the_training(images: Path, small: DictionaryConfiguration) -> None:
    place = files(images, "d")
    with pytest.raises(ReconError, match="diverged"):
        train(place, with_(small, learning_rate=1e30, train_steps=9))
    assert not place.output.exists()


@pytest.mark.slow
def test_every_mode_is_tuned_on_the_images_held_out(images: Path, small: DictionaryConfiguration) -> None:
    said: list[str] = []
    trained = train(files(images, "d", validation=False), with_(small, tune=True), say=said.append)
    assert "1 images for training, 1 held out" in said
    assert set(trained.tuned) == {("denoise", mode) for mode in ("unrolled", "early-stop", "full")}
    assert load_dictionary(files(images, "d").output).tuned == trained.tuned
