"""How `recon denoise` understands a picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from ...priors.choosing import choose_prior
from ...solver import Solver
from ..denoising.descriptions import plain, range_fields
from ..denoising.files import FileDenoiser
from ..denoising.noise import GaussianNoise
from ..denoising.stages import LoadedPicture
from ..denoising.whitening import NoNoiseError
from ..file_workflow import FileTask
from .file_info import FileInfo, command_of

_FAINT = 1.0
"""Noise level of 255 of a picture in which none was found."""


def picture_info(path: Path, axes: str | None) -> FileInfo:
    """Return how a picture is read by `recon denoise --sigma auto`.

    Raises:
        ReconError: as that command where it cannot read it.
    """
    workflow = FileDenoiser(choose_prior("model", "denoise"), Solver(), GaussianNoise("auto"), axes=axes)
    try:
        loaded, noisy = workflow.read(FileTask(path, None)), True
    except NoNoiseError:
        loaded, noisy = replace(workflow, noise=GaussianNoise(_FAINT)).read(FileTask(path, None)), False
    picture, holes = loaded.picture, loaded.holes
    sigmas = loaded.white.sigmas if noisy else np.zeros_like(loaded.white.sigmas)
    every = _series(loaded, noisy)
    alone = [
        ("content", loaded.said),
        ("planes", f"{sigmas.shape[0]}" + (", of three colours each" if picture.colour else "")),
        ("values", loaded.spans.describe()),
        ("noise", loaded.white.said if noisy else "none was found"),
        *([("holes", holes.describe(kept=False))] if holes else []),
        *([("pixel size", _voxel(picture.voxel))] if picture.voxel else []),
    ]
    several = [(f"series {number}", said) for number, said in every.items()]
    rows = (("format", picture.format), *(several or alone))
    words = ["denoise", str(path), "--sigma", "auto", *(["--axes", axes] if axes else [])]
    fields = {
        "format": picture.format,
        "shape": list(picture.array.shape),
        "axes": picture.axes,
        "dtype": str(picture.array.dtype),
        "planes": sigmas.shape[0],
        "colour": picture.colour,
        "range": range_fields(loaded.spans),
        "sigma": plain([plain(row) for row in sigmas.tolist()]),
        "holes": int(holes.where.sum()) if holes else 0,
        "voxel": dict(picture.voxel),
    }
    if every:
        fields["series"] = list(every.values())
    if not noisy:
        words = ["inpaint", str(path)] if holes else ["denoise", str(path), "--sigma", f"{_FAINT:g}"]
    return FileInfo("picture", rows, fields, command_of(*words), loaded.warnings)


def _series(loaded: LoadedPicture, noisy: bool) -> dict[int | None, str]:
    """Return the images of a file of several in words, by their numbers."""
    if not loaded.others and not loaded.kept:
        return {}
    every: dict[int | None, str] = {
        number: f"{kept.describe()}, no noise was found" for number, kept in loaded.kept.items()
    }
    for each in (loaded, *loaded.others):
        noise = each.white.said if noisy else "no noise was found"
        every[each.picture.series] = f"{each.said}, {each.spans.describe()}, {noise}"
    return dict(sorted(every.items(), key=lambda item: item[0] or 0))


def _voxel(lengths: object) -> str:
    assert isinstance(lengths, dict)
    return ", ".join(f"{axis.lower()} {length:.4g}" for axis, length in lengths.items()) + " micrometres"
