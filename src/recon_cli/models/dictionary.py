"""A learned dictionary: its constraint set and its file."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import ReconError
from ..files.parsed import number, shown
from ..modes import strengths_mode
from . import reweighting, weights_network
from .penalties import Penalties
from .tuned import Level, Tuned, at_level, highest, levels_of
from .weights import checked_header, read_weights, write_weights

if TYPE_CHECKING:
    from ..engine.measurement import Task
    from ..engine.priors.dictionary.problem import Variant
    from ..engine.priors.dictionary.reweighting import Reweighting

FORMAT = "recon-dictionary-1"
_MAX_VALUES = 2**22
_SCHEMAS = (
    ["atoms"],
    ["atoms", "penalties"],
    ["activities", "atoms"],
    ["activities", "atoms", "penalties"],
    ["activities", "atoms", *weights_network.NAMES],
    ["activities", "atoms", *weights_network.NAMES, "penalties"],
)
"""Tensors of a file."""


def normalise(raw: Tensor) -> Tensor:
    """Map free parameters to the set B: zero-mean atoms of equal norm, spectral norm of the dictionary 1.

    Args:
        raw: `(size**2, atoms)`, no column constant.

    Returns:
        The dictionary `D`, of the same shape; differentiable.
    """
    atoms = raw - raw.mean(0)
    atoms = atoms / atoms.norm(dim=0)
    return atoms / torch.linalg.matrix_norm(atoms, 2)


@dataclass(frozen=True)
class Dictionary:
    """Atoms with what is known of them.

    Attributes:
        atoms: `D`, `(size**2, atoms)`, float32, in the set B.
        variant: the patch term it was trained for.
        sigma: noise level of its training, of 255; of a range the geometric mean.
        tuned: parameters for each task and mode, for denoising at that noise level.
        training: how it was made, as plain JSON values.
        name: its name in messages.
        levels: for each mode, parameters at two or more rising noise levels.
        penalties: of the atoms; None where they are equal.
        reweighting: how the penalties are weighted for a second minimum; None for a single one.
        stride: pixels from a patch to the next one, in both directions.
    """

    atoms: Tensor
    variant: Variant
    sigma: float
    tuned: dict[tuple[Task, str], Tuned] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    name: str = "dictionary"
    levels: dict[str, tuple[Level[Tuned], ...]] = field(default_factory=dict)
    penalties: Penalties | None = None
    reweighting: Reweighting | None = None
    stride: int = 1

    @property
    def patch_size(self) -> int:
        """Side of a patch in pixels."""
        return math.isqrt(self.atoms.shape[0])

    @property
    def learned(self) -> list[NDArray[np.float32]]:
        """All that was learned but beta and lam, for the fingerprint of what is computed with it."""
        arrays = [self.atoms.numpy()]
        if self.penalties is not None:
            arrays += [np.array(self.penalties.knots, np.float32), self.penalties.values.numpy()]
        if self.reweighting is not None:
            rule = self.reweighting
            arrays += [rule.gain.numpy(), rule.scale.numpy(), rule.power.numpy()]
            arrays.append(np.array([rule.iterations], np.float32))
            if rule.network is not None:
                arrays += [tensor.numpy() for tensor in rule.network.tensors.values()]
                arrays.append(np.array(rule.network.dilations, np.float32))
        return [*arrays, np.array([self.stride], np.float32)]

    @property
    def tuned_as_json(self) -> dict[str, dict[str, float]]:
        """The tuned parameters by mode, those of MRI after `mri-`."""
        named = {mode if task == "denoise" else f"{task}-{mode}": t for (task, mode), t in self.tuned.items()}
        return {name: tuned.as_json() for name, tuned in named.items()}

    def thresholds(self, lam: float, sigma: float) -> float | Tensor:
        """Return lam for all atoms, or the soft-threshold level of each at a noise level, `(atoms,)`."""
        return lam if self.penalties is None else lam * self.penalties.at(sigma)

    def tuned_for(self, task: Task, mode: str, sigma: float) -> Tuned | None:
        """Return the parameters for a task and mode; None where none are known.

        Args:
            task: those of MRI are the same for all noise levels.
            mode: of the solver.
            sigma: noise level, in 8-bit grey levels; for denoising they are interpolated.
        """
        mode = strengths_mode(mode)
        if task == "mri" or (sigma == self.sigma and (task, mode) in self.tuned):
            return self.tuned.get((task, mode))
        level = at_level(self.levels.get(mode, ()), sigma)
        return level.tuned if level else None

    def highest_level(self, mode: str) -> float:
        """Return the highest noise level with parameters for denoising; infinity where there are none.

        Args:
            mode: of the solver.
        """
        mode = strengths_mode(mode)
        if mode in self.levels:
            return highest(self.levels[mode])
        return self.sigma if ("denoise", mode) in self.tuned else math.inf


def save_dictionary(path: Path, dictionary: Dictionary) -> None:
    """Write a dictionary as safetensors: `atoms` as `(atoms, size, size)`, and a JSON header.

    Where it has them also `penalties`, `(knots, atoms)`, the scales of its reweighting, `activities`,
    `(atoms,)`, and the tensors of its network.

    Raises:
        ReconError: when the place cannot be written.
    """
    size = dictionary.patch_size
    header = {
        "format": FORMAT,
        "variant": dictionary.variant,
        "sigma": dictionary.sigma,
        "stride": dictionary.stride,
        "tuned": dictionary.tuned_as_json,
        "training": dictionary.training,
    }
    if dictionary.levels:
        header["levels"] = {m: [level.as_json() for level in ls] for m, ls in dictionary.levels.items()}
    tensors = {"atoms": dictionary.atoms.T.reshape(-1, size, size)}
    if dictionary.penalties is not None:
        tensors["penalties"] = dictionary.penalties.values
        header["penalties_at"] = dictionary.penalties.knots
    if dictionary.reweighting is not None:
        tensors["activities"] = dictionary.reweighting.scale.flatten()
        header["reweighting"] = reweighting.header_of(dictionary.reweighting)
        network = dictionary.reweighting.network
        if network is not None:
            tensors |= weights_network.tensors_of(network)
            header["network"] = weights_network.header_of(network)
    write_weights(path, tensors, header)


def _task_and_mode(key: str) -> tuple[Task, str]:
    return ("mri", key.removeprefix("mri-")) if key.startswith("mri-") else ("denoise", key)


def load_dictionary(path: Path, name: str | None = None) -> Dictionary:
    """Read a dictionary; nothing is unpickled and every field is checked.

    Args:
        path: a file written by `save_dictionary`.
        name: its name in messages; the file's name when left out.

    Returns:
        The dictionary, its atoms normalised.

    Raises:
        ReconError: when the file is missing, not safetensors, or does not follow the schema.
    """
    tensors, header = read_weights(path, "dictionary", _SCHEMAS)
    return _checked(path, tensors, header, name or path.stem)


def _checked(path: Path, tensors: dict[str, Tensor], header: str, name: str) -> Dictionary:
    atoms, values, penalties = tensors["atoms"], tensors.get("penalties"), None
    activities, rule, numbers, dilations = tensors.get("activities"), None, None, None
    if atoms.ndim != 3 or atoms.shape[1] != atoms.shape[2] or 0 in atoms.shape or atoms.shape[1] < 2:
        raise ReconError(f"{path} holds atoms of shape {tuple(atoms.shape)}, not (atoms, size, size)")
    with checked_header(path, "dictionary", header, FORMAT) as fields:
        variant, sigma = fields["variant"], number(fields["sigma"], "sigma", above=0)
        tuned = {_task_and_mode(str(key)): Tuned.from_json(values) for key, values in fields["tuned"].items()}
        levels = {str(mode): levels_of(rows, Tuned) for mode, rows in fields.get("levels", {}).items()}
        knots = [number(level, "penalties_at", above=0) for level in fields.get("penalties_at", [sigma])]
        if activities is not None:
            numbers = reweighting.numbers_of(fields["reweighting"])
        if weights_network.NAMES[0] in tensors:
            dilations = weights_network.dilations_of(fields["network"])
        training, stride = dict(fields["training"]), fields.get("stride", 1)
        if type(stride) is not int or not 1 <= stride <= atoms.shape[-1]:
            raise ValueError(f"its stride is {shown(stride)}")
        if variant not in ("mean-free", "fixed-mean"):
            raise ValueError(f"its variant is {shown(variant)}")
    if atoms.dtype != torch.float32 or not bool(atoms.isfinite().all()):
        raise ReconError(f"{path} holds atoms that are not finite float32 numbers")
    if atoms.numel() > _MAX_VALUES:
        raise ReconError(f"{path} holds {atoms.numel()} values; a dictionary has at most {_MAX_VALUES}")
    columns = atoms.flatten(1).T.contiguous()
    norms = (columns - columns.mean(0)).norm(dim=0)
    if not bool(norms.isfinite().all()):
        raise ReconError(f"{path} holds atoms that are too large for float32 numbers")
    if not bool((norms > 0).all()):
        raise ReconError(f"{path} holds a constant atom")
    if values is not None:
        penalties = Penalties.checked(knots, values, atoms.shape[0], str(path))
    if activities is not None and numbers is not None:
        rule = reweighting.checked(numbers, activities, atoms.shape[0], str(path))
        if dilations is not None:
            network = weights_network.checked(dilations, tensors, atoms.shape[0], stride, str(path))
            rule = replace(rule, network=network)
    return Dictionary(
        normalise(columns), variant, sigma, tuned, training, name, levels, penalties, rule, stride
    )
