"""Short trainings from the same images, to compare models by."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from recon_cli.files.images import read_image
from recon_cli.models.dictionary import Dictionary
from recon_cli.workflows.training.configuration import DictionaryConfiguration
from recon_cli.workflows.training.crops import pyramid
from recon_cli.workflows.training.subject import Subject
from recon_cli.workflows.training.subjects import subject_of
from recon_cli.workflows.training.team import join_team
from recon_cli.workflows.training.trainer import Trainer
from recon_cli.workflows.training.validation import hold_out, validation_pair

DATA = Path(__file__).parents[2] / "shared/data/bsd400"
_LEFT_OUT = 2611
"""Seed of the tenth that no training or validation sees."""


class Images(NamedTuple):
    """Images of a folder.

    Attributes:
        training: at all scales.
        validating: `(height, width)` each.
    """

    training: list[Tensor]
    validating: list[NDArray[np.float32]]


def images_of(folder: Path, crop_size: int) -> Images:
    """Read a folder but for a tenth; of the rest twelve validate."""
    files = sorted(folder.iterdir())
    left_out = set(np.random.RandomState(_LEFT_OUT).choice(len(files), len(files) // 10, replace=False))
    kept = [read_image(file) for number, file in enumerate(files) if number not in left_out]
    training, validating = hold_out(kept)
    return Images(pyramid(training, (1, 0.9, 0.8, 0.7), crop_size), validating)


def trained(
    images: Images,
    configuration: DictionaryConfiguration,
    initial: Dictionary,
    prepare: Callable[[Subject], None] = lambda _: None,
) -> tuple[Dictionary, float]:
    """Train with all steps of a configuration, and validate once in the end.

    Args:
        images: of `images_of`.
        configuration: of the training.
        initial: what it starts from.
        prepare: changes the model before the first step.

    Returns:
        The model, whose `training` has the PSNR in dB at each level, and the processor seconds of a step.
    """

    def make(generator: torch.Generator) -> Subject:
        model = subject_of(configuration, initial, generator)
        prepare(model)
        return model

    with join_team(torch.device("cpu"), configuration.batch) as team:
        trainer = Trainer(configuration, images.training, make, "", team)
        began = time.process_time()
        while trainer.step < configuration.train_steps:
            trainer.advance()
        seconds = (time.process_time() - began) / max(1, configuration.train_steps)
        levels = configuration.levels
        trainer.validate([validation_pair(images.validating, s, configuration.seed) for s in levels])
        learned = trainer.learned()
    assert isinstance(learned, Dictionary)
    return learned, seconds


def print_rows(
    parser: argparse.ArgumentParser,
    names: Collection[str],
    log: Path,
    crop_size: int,
    make: Callable[[str, Images, argparse.Namespace], dict[str, Any]],
    cells: Callable[[dict[str, Any]], str],
) -> None:
    """Train what is missing on one thread, and print the rows; finished ones are kept in a JSON file.

    Args:
        parser: with the options of its own; those of all tables are added.
        names: of the rows.
        log: the JSON file.
        crop_size: side of the crops in pixels.
        make: trains a row, of that name, on these images, with the options given.
        cells: shows it, the name left out.
    """
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", nargs="+", default=list(names), choices=list(names))
    parser.add_argument("--log", type=Path, default=log)
    options = parser.parse_args()
    torch.set_num_threads(1)
    images = images_of(options.data, crop_size)
    rows = json.loads(options.log.read_text()) if options.log.exists() else {}
    for name in options.only:
        if name not in rows:
            rows[name] = make(name, images, options)
            options.log.write_text(json.dumps(rows, indent=1))
        print(f"| {name} | {cells(rows[name])} |", flush=True)
