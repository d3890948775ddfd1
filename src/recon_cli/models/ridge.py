"""Learned convex ridge regularisers: filters and profiles with what is known of them, and their files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import ReconError
from ..files.parsed import number
from .tuned import Level, Positive, at_level, levels_of
from .weights import checked_header, read_weights, write_weights

if TYPE_CHECKING:
    from ..engine.measurement import Task

FORMAT = "recon-ridge-1"
_WHAT = "ridge regulariser"
_MRI_SIGMA = 3.0
"""Noise level, of 255, whose strength suits MRI: between those of the bundled ones' lam, 2.5 and 3.8."""
_MOST_CHANNELS, _MOST_INTERVALS, _LARGEST = 512, 1024, 63


@dataclass(frozen=True)
class Strength(Positive):
    """How a regulariser R is used: `lam / mu R(mu x)`.

    Attributes:
        lam: weight of the regulariser.
        mu: scale of its argument.
    """

    lam: float
    mu: float

    def at(self, ratio: float) -> Strength:
        """Return what does for noise that is `ratio` times as strong what this one does.

        `lam ratio` and `mu / ratio` pose the same problem for the image divided by the ratio.
        """
        return Strength(self.lam * ratio, self.mu / ratio)


@dataclass(frozen=True)
class Ridge:
    """A regulariser `R(x) = sum_i psi_i(w_i * x)` with what is known of it.

    Attributes:
        kernels: `w_i`, `(channels, size, size)`, float32, of odd size and zero mean; |W| = 1.
        rises: of the splines `psi_i'` from knot to knot, `(channels, intervals)`, float32, not negative.
        spacings: distance of a spline's knots, `(channels,)`, float32, positive.
        sigma: noise level of its training, of 255.
        tuned: strength for each task, `denoise` at that noise level and `mri`.
        training: how it was made, as plain JSON values.
        name: its name in messages.
        levels: for denoising, strengths at two or more rising noise levels.
    """

    kernels: Tensor
    rises: Tensor
    spacings: Tensor
    sigma: float
    tuned: dict[str, Strength] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    name: str = _WHAT
    levels: tuple[Level[Strength], ...] = ()

    @property
    def size(self) -> int:
        """Side of a filter in pixels."""
        return self.kernels.shape[-1]

    @property
    def learned(self) -> list[NDArray[np.float32]]:
        """All that was learned but lam and mu, for the fingerprint of what is computed with it."""
        return [tensor.numpy() for tensor in (self.kernels, self.rises, self.spacings)]

    @property
    def tuned_as_json(self) -> dict[str, dict[str, float]]:
        """The tuned strengths by task."""
        return {task: strength.as_json() for task, strength in self.tuned.items()}

    def tuned_for(self, task: Task, sigma: float) -> Strength | None:
        """Return the strength for a task; None where none is known.

        That of MRI is the same for all noise levels; where none was tuned, that of denoising at a usual one.
        That of denoising is interpolated where the level lies among `levels`, else that of the training's
        level, scaled.
        """
        if task == "mri":
            return self.tuned.get("mri") or self.tuned_for("denoise", _MRI_SIGMA)
        known = self.tuned.get("denoise")
        if sigma == self.sigma and known:
            return known
        level = at_level(self.levels, sigma)
        return level.tuned if level else known and known.at(sigma / self.sigma)


def save_ridge(path: Path, ridge: Ridge) -> None:
    """Write a regulariser as safetensors: `kernels`, `rises`, `spacings`, and a JSON header.

    Raises:
        ReconError: when the place cannot be written.
    """
    header = {
        "format": FORMAT,
        "sigma": ridge.sigma,
        "tuned": ridge.tuned_as_json,
        "levels": [level.as_json() for level in ridge.levels],
        "training": ridge.training,
    }
    tensors = {"kernels": ridge.kernels, "rises": ridge.rises, "spacings": ridge.spacings}
    write_weights(path, tensors, header)


def load_ridge(path: Path, name: str | None = None) -> Ridge:
    """Read a regulariser; nothing is unpickled and every field is checked.

    Args:
        path: a file written by `save_ridge`.
        name: its name in messages; the file's name when left out.

    Raises:
        ReconError: when the file is missing, not safetensors, or does not follow the schema.
    """
    tensors, header = read_weights(path, _WHAT, (["kernels", "rises", "spacings"],))
    with checked_header(path, _WHAT, header, FORMAT) as fields:
        sigma = number(fields["sigma"], "sigma", above=0)
        tuned = {str(task): Strength.from_json(values) for task, values in fields["tuned"].items()}
        levels = levels_of(fields["levels"], Strength)
        training = dict(fields["training"])
    for key, tensor in tensors.items():
        if tensor.dtype != torch.float32 or not bool(tensor.isfinite().all()):
            raise ReconError(f"{path} holds {key} that are not finite float32 numbers")
    kernels, rises, spacings = tensors["kernels"], tensors["rises"], tensors["spacings"]
    if kernels.ndim != 3 or kernels.shape[1] != kernels.shape[2] or kernels.shape[1] % 2 == 0:
        raise ReconError(f"{path} holds kernels of shape {tuple(kernels.shape)}, not (channels, size, size)")
    channels, size = kernels.shape[:2]
    if channels > _MOST_CHANNELS or size > _LARGEST:
        raise ReconError(f"{path} holds {channels} kernels of {size} x {size} pixels, more than is handled")
    fits = rises.ndim == 2 and rises.shape[0] == channels and spacings.shape == (channels,)
    if not (fits and 0 < rises.shape[1] <= _MOST_INTERVALS and channels):
        raise ReconError(f"{path} holds rises and spacings that do not fit its {channels} kernels")
    if not (bool((rises >= 0).all()) and bool((spacings > 0).all())):
        raise ReconError(f"{path} holds a profile that is not convex, or knots at no distance")
    return Ridge(kernels, rises, spacings, sigma, tuned, training, name or path.stem, levels)
