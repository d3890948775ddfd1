"""Every reader as a function of a path, for files of any bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np
import torch

from recon_cli.files.coil_maps import read_maps
from recon_cli.files.configuration import read_configuration
from recon_cli.files.images import read_pictures
from recon_cli.files.images.values import choose_span, to_planes, with_planes
from recon_cli.files.images.write import encode_picture
from recon_cli.files.kspace.read import read_kspace
from recon_cli.files.masks import read_mask
from recon_cli.files.parameters import read_parameters
from recon_cli.files.references import read_reference
from recon_cli.models.checkpoint import load_checkpoint
from recon_cli.models.dictionary import load_dictionary
from recon_cli.models.ridge import Strength, load_ridge
from recon_cli.models.tuned import Tuned
from recon_cli.priors.ridge import RidgePrior
from recon_cli.reconstruction import reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.training.configure import configure
from recon_cli.workflows.training.journal import Journal
from recon_cli.workflows.training.subjects import subject_of
from recon_cli.workflows.training.team import Team
from recon_cli.workflows.training.trainer import Trainer
from recon_cli.workflows.tune.denoising import noisy_images
from recon_cli.workflows.tune.log import SearchLog

from .seeds import GREY, MARK, SMALL_TRAINING, seeds


@dataclass(frozen=True)
class Target:
    """A reader.

    Attributes:
        suffix: of the file that it is given.
        read: reads it as the commands do; returns when the content is valid, else raises a ReconError.
    """

    suffix: str
    read: Callable[[Path], object]


def _read_image(path: Path) -> None:
    """Read pictures and write them again: whatever can be read can be written, and becomes a TIFF."""
    written = []
    for picture in read_pictures(path):
        span = choose_span(picture)
        planes = to_planes(picture, span)
        assert np.isfinite(planes).all()
        written.append(with_planes(picture, planes, span, picture.array.dtype))
    first = replace(written[0], others=tuple(written[1:]))
    encode_picture(first, first.format)
    encode_picture(replace(first, format="npy", native=None), "tiff")


def _read_kspace(path: Path) -> None:
    measured = read_kspace(path)
    assert np.isfinite(measured.samples).all()


def _read_header(path: Path) -> None:
    path.with_suffix(".cfl").write_bytes(seeds()["kspace cfl"][0])
    _read_kspace(path)


def _read_samples(path: Path) -> None:
    path.with_suffix(".hdr").write_bytes(seeds()["kspace hdr"][0])
    _read_kspace(path)


def _read_parameters(path: Path) -> None:
    found = read_parameters(path, "denoise", "model", "full", None, None)
    assert isinstance(sum(found.strengths.values()) + (found.tol or 0) + (found.sigma or 0), float)


def _read_configuration(path: Path) -> None:
    values = read_configuration(path)
    configure({name: value for name, value in values.items() if name not in ("data", "output", "validation")})


def _read_dictionary(path: Path) -> None:
    dictionary = load_dictionary(path)
    assert dictionary.atoms.isfinite().all()
    for mode in ("settled", "full", "early-stop"):
        dictionary.tuned_for("denoise", mode, 7)


def _read_ridge(path: Path) -> None:
    ridge = load_ridge(path)
    image = np.zeros((1, *[ridge.size] * 2), np.float32)
    measurement, prior = noisy_images(image, 7), RidgePrior(ridge, Strength(1.0, 1.0))
    assert np.isfinite(reconstruct(measurement, prior, Solver(max_iterations=2)).image).all()


def _read_checkpoint(path: Path) -> None:
    configuration, levels = configure(SMALL_TRAINING), [torch.from_numpy(GREY / np.float32(255))]
    trainer = Trainer(
        configuration, levels, partial(subject_of, configuration, None), "data", Team(0, 1, "cpu")
    )
    trainer.restore(load_checkpoint(path), path)
    if trainer.step < trainer.configuration.train_steps:
        trainer.advance()


def _read_log(path: Path) -> None:
    with SearchLog(path, MARK, resume=True, kind=Tuned) as log:
        assert all(evaluation.value + 1 for evaluation in log.known.values())


def _read_journal(path: Path) -> None:
    with Journal(path, 2):
        pass


TARGETS = MappingProxyType(
    {
        **{name: Target(f".{name}", _read_image) for name in ("png", "jpeg", "tiff", "npy", "npz")},
        **{
            f"kspace {name}": Target(".dat", _read_kspace)
            for name in ("npy", "npz", "mat5", "mat73", "fastmri", "ismrmrd")
        },
        "kspace cfl": Target(".cfl", _read_samples),
        "kspace hdr": Target(".hdr", _read_header),
        "mask": Target(".mask", read_mask),
        "maps": Target(".maps", read_maps),
        "reference": Target(".h5", read_reference),
        "parameters": Target(".toml", _read_parameters),
        "configuration": Target(".toml", _read_configuration),
        "dictionary": Target(".safetensors", _read_dictionary),
        "ridge": Target(".safetensors", _read_ridge),
        "checkpoint": Target(".checkpoint", _read_checkpoint),
        "tune log": Target(".jsonl", _read_log),
        "training log": Target(".jsonl", _read_journal),
    }
)
