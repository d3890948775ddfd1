"""Tuned parameters as TOML files, from `recon tune` to the other commands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ReconError, reason_of
from .atomic import write_atomically
from .parsed import number, parse_toml, read_text, shown


@dataclass(frozen=True)
class Parameters:
    """What suits a task, and how that was found.

    Attributes:
        task: `denoise` or `mri`.
        mode: of the solver.
        model: name or path of the dictionary.
        beta: weight of the patch term.
        lam: soft-threshold level.
        tol: of the mode's stop rule; None where its default serves.
        sigma: noise level, of 255; None where it was not known.
        criterion: what was optimised.
        value: of the criterion at these parameters.
        images: what they were tuned on.
    """

    task: str
    mode: str
    model: str
    beta: float
    lam: float
    tol: float | None
    sigma: float | None
    criterion: str
    value: float
    images: tuple[str, ...]


def write_parameters(path: Path, parameters: Parameters) -> None:
    """Write parameters, whole or not at all.

    Raises:
        ReconError: when the place cannot be written.
    """
    values = {name: getattr(parameters, name) for name in Parameters.__dataclass_fields__}
    lines = [f"{name} = {_toml(value)}\n" for name, value in values.items() if value is not None]
    write_atomically(path, lambda file: file.write("".join(lines).encode()))


def read_parameters(
    path: Path, task: str, mode: str, model: str | None, sigma: float | None = None
) -> Parameters:
    """Read parameters for a task.

    Args:
        path: a file of `write_parameters`.
        task: what they are for.
        mode: of the solver.
        model: the dictionary that the user asked for, or None.
        sigma: noise level, of 255, or None where the task does not know it.

    Raises:
        ReconError: when the file is missing, no such file, or made for another task, mode, model or noise
            level.
    """
    parameters = _read(path)
    wanted = {"task": task, "mode": mode, "model": model, "sigma": sigma}
    for name, value in wanted.items():
        found = getattr(parameters, name)
        if value is not None and found != value:
            raise ReconError(f"{path} was tuned for {name} {found}, and this is {name} {value}", 2)
    return parameters


def named_model(path: Path) -> str:
    """Return the model that a file of parameters names.

    Raises:
        ReconError: when the file is missing or no such file.
    """
    return _read(path).model


def _read(path: Path) -> Parameters:
    try:
        return _checked(parse_toml(read_text(path, "the parameter file")))
    except ValueError as error:
        raise ReconError(f"{path} is not a parameter file of recon tune: {reason_of(error)}") from error


def _checked(fields: dict[str, Any]) -> Parameters:
    known = Parameters.__dataclass_fields__
    values = {"tol": None, "sigma": None} | fields
    missing, strange = sorted(set(known) - set(values)), sorted(set(values) - set(known))
    if missing or strange:
        raise ValueError(f"it lacks {', '.join(missing)}" if missing else f"what is {shown(strange[0])}?")
    for name in ("beta", "lam", "tol", "sigma"):
        if values[name] is not None:
            values[name] = number(values[name], name, above=0)
    words = [values[name] for name in ("task", "mode", "model", "criterion")]
    images = values["images"]
    if not isinstance(images, list) or not all(isinstance(word, str) for word in words + images):
        raise ValueError("a name is no text")
    return Parameters(**values | {"value": number(values["value"], "value"), "images": tuple(images)})


def _toml(value: object) -> str:
    if isinstance(value, float):
        return repr(value)
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
