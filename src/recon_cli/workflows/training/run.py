"""Learn a model: from a folder of images to a file with tuned parameters."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...device import Device, choose_device
from ...errors import ReconError
from ...files.images import SUFFIXES
from ...files.inputs import files_in
from ...files.named import read_folder
from ...files.outputs import check_place, part_from_inputs
from ...models.checkpoint import previous, recover_checkpoint, save_checkpoint
from .configuration import DictionaryConfiguration, TrainingConfiguration
from .configure import RidgeConfiguration
from .crops import pyramid
from .interruption import Stop, stop_on_signals
from .journal import Journal, TrainingStatus
from .outcome import Learned, save, tuned
from .subjects import subject_of
from .team import Team, join_team
from .trainer import Trainer
from .validation import Pair, Scene, hold_out, validation_pair, validation_scenes

if TYPE_CHECKING:
    from ...models.dictionary import Dictionary


@dataclass(frozen=True)
class TrainingFiles:
    """Where a training reads and writes.

    Attributes:
        data: folder of training images.
        output: the model, safetensors.
        validation: folder of images that choose the best step and the tuned parameters; with None,
            some of the training images are held out.
        tensorboard: folder of TensorBoard's events, or None.
        others: further files that the training was made of, and that no result may replace.
    """

    data: Path
    output: Path
    validation: Path | None = None
    tensorboard: Path | None = None
    others: tuple[Path | str | None, ...] = ()

    @property
    def checkpoint(self) -> Path:
        """The state of the training."""
        return self.output.with_name(self.output.name + ".checkpoint")

    @property
    def best(self) -> Path:
        """The best model so far, while the training goes on."""
        return self.output.with_name(f"{self.output.stem}.best{self.output.suffix}")

    @property
    def journal(self) -> Path:
        """The log, one JSON object a step."""
        return self.output.with_name(self.output.name + ".jsonl")

    def check(self, resume: bool, overwrite: bool) -> None:
        """Refuse to replace what is read, and unasked what exists; a resumed training has its own files.

        Raises:
            ReconError: when a file is in the way.
        """
        states = (self.checkpoint, previous(self.checkpoint))
        beside = (*states, self.best, self.journal)
        folders = filter(None, (self.data, self.validation))
        read = [path for folder in folders for path in files_in(folder, SUFFIXES)]
        part_from_inputs((self.output, *beside), (*read, *self.others))
        begun = [state for state in states if state.exists()]
        if begun and not (resume or overwrite):
            raise ReconError(f"{begun[0]} exists; give --resume to go on, or --overwrite to begin again")
        check_place(self.output, overwrite or (resume and bool(begun)))
        for place in beside:
            check_place(place, overwrite or resume)


def train(
    files: TrainingFiles,
    configuration: DictionaryConfiguration | RidgeConfiguration,
    *,
    initial: Dictionary | None = None,
    resume: bool = False,
    overwrite: bool = False,
    device: Device = "auto",
    callback: Callable[[TrainingStatus], None] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Learned:
    """Train a model, tune its parameters, and write it.

    The state lies beside the output, with the best model so far and a log of every step; a
    training that was interrupted goes on from there and ends with the same file.

    Args:
        files: where to read and write.
        configuration: what decides the result, with the images.
        initial: the dictionary that the configuration of one names to start from.
        resume: go on from the checkpoint, when there is one.
        overwrite: begin again even if there is a checkpoint.
        device: `auto`, `cpu` or `cuda`.
        callback: called after each step.
        say: called with sentences for the user: files passed over, a damaged checkpoint, the tuning.

    Returns:
        The best one.

    Raises:
        ReconError: when no image is usable, a file stands in the way, the checkpoint does not fit, the loss
            diverges, or the run was asked to stop; then with exit code 130 or 143.
    """
    files.check(resume, overwrite)
    images, validating = _read(files, configuration, say)
    pairs = [validation_pair(validating, sigma, configuration.seed) for sigma in configuration.levels]
    scenes = [
        validation_scenes(validating, task, configuration.levels, configuration.seed)
        for task in configuration.others
    ]
    levels = pyramid(images, configuration.scales, configuration.crop_size)
    with join_team(choose_device(device), configuration.batch) as team:
        found = recover_checkpoint(files.checkpoint, say) if resume else None
        if team.rank == 0 and not resume:
            previous(files.checkpoint).unlink(missing_ok=True)

        def learn() -> Learned:
            """Keep the trainer local: it has to be gone before the processes part."""
            make = partial(subject_of, configuration, initial)
            trainer = Trainer(configuration, levels, make, _fingerprint(images, validating), team)
            if found:
                trainer.restore(found, files.checkpoint)
            with stop_on_signals() as stop:
                _steps(trainer, pairs, scenes, files, team, stop, callback)
            return trainer.learned()

        learned = learn()
    if team.rank == 0:
        if configuration.tune:
            learned = tuned(learned, pairs, device, say)
        save(files.output, learned)
        files.best.unlink(missing_ok=True)
    return learned


def _steps(
    trainer: Trainer,
    pairs: list[Pair],
    scenes: list[list[Scene]],
    files: TrainingFiles,
    team: Team,
    stop: Stop,
    callback: Callable[[TrainingStatus], None] | None,
) -> None:
    """Do the steps that are left; only the first process validates, writes and reports."""
    configuration = trainer.configuration
    if team.rank:
        while trainer.step < configuration.train_steps and not team.any(stop.signal is not None):
            trainer.advance()
        return
    with Journal(files.journal, trainer.step, files.tensorboard) as journal:
        while trainer.step < configuration.train_steps:
            if team.any(stop.signal is not None):
                if trainer.resumable:
                    save_checkpoint(files.checkpoint, trainer.checkpoint())
                where = "there" if trainer.resumable else "its last validation"
                raise ReconError(
                    f"stopped after step {trainer.step} of {configuration.train_steps}; "
                    f"the same command with --resume goes on from {where}",
                    stop.exit_code,
                )
            started, rate, score = time.perf_counter(), configuration.rate(trainer.step), None
            loss = trainer.advance()
            last = trainer.step == configuration.train_steps
            if trainer.step % configuration.validate_every == 0 or last:
                score = trainer.validate(pairs, scenes)
                save_checkpoint(files.checkpoint, trainer.checkpoint())
                if trainer.best[1] == trainer.step:
                    save(files.best, trainer.learned())
            status = TrainingStatus(trainer.step, loss, rate, time.perf_counter() - started, score)
            journal.write(status)
            if callback:
                callback(status)


def _read(
    files: TrainingFiles, configuration: TrainingConfiguration, say: Callable[[str], None]
) -> tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]]:
    """Return the images that are trained on, and those that validate."""

    def read(folder: Path) -> list[NDArray[np.float32]]:
        images, skipped = read_folder(folder, configuration.crop_size)
        for sentence in skipped:
            say(f"skipped: {sentence}")
        return images

    images = read(files.data)
    if files.validation is None:
        images, validating = hold_out(images)
        kept = "the only image validates, too" if validating is images else f"{len(validating)} held out"
        say(f"{len(images)} images for training, {kept}")
        return images, validating
    return images, read(files.validation)


def _fingerprint(images: list[NDArray[np.float32]], validating: list[NDArray[np.float32]]) -> str:
    """Return what tells these images from others."""
    digest = hashlib.sha256()
    for image in images + validating:
        digest.update(repr(image.shape).encode())
        digest.update(image.tobytes())
    return f"{len(images)}+{len(validating)} images {digest.hexdigest()[:16]}"
