"""Tuned parameters as TOML files, from `recon tune` to the other commands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ReconError, reason_of
from ..modes import strengths_mode
from .atomic import write_atomically
from .parsed import number, parse_toml, read_text, shown

STRENGTHS = {"model": ("beta", "lam"), "crr": ("lam", "mu"), "tv": ("weight",)}
"""What is tuned of each method."""


@dataclass(frozen=True)
class Parameters:
    """What suits a task, and how that was found.

    Attributes:
        task: `denoise` or `mri`.
        method: `model`, `crr` or `tv`.
        mode: of the solver; None where the method has one alone.
        model: name or path of what was learned; None where nothing was.
        strengths: of the method by name, see `STRENGTHS`.
        tol: of the mode's stop rule; None where its default serves.
        sigma: noise level, in 8-bit grey levels; None where it was not known.
        criterion: what was optimised.
        value: of the criterion at these parameters.
        images: what they were tuned on.
    """

    task: str
    method: str
    mode: str | None
    model: str | None
    strengths: Mapping[str, float]
    tol: float | None
    sigma: float | None
    criterion: str
    value: float
    images: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return all values by name, the strengths among them."""
        fields: dict[str, Any] = {}
        for name in self.__dataclass_fields__:
            fields |= self.strengths if name == "strengths" else {name: getattr(self, name)}
        return fields


def write_parameters(path: Path, parameters: Parameters) -> None:
    """Write parameters, whole or not at all.

    Raises:
        ReconError: when the place cannot be written.
    """
    fields = parameters.as_json().items()
    lines = [f"{name} = {_toml(value)}\n" for name, value in fields if value is not None]
    write_atomically(path, lambda file: file.write("".join(lines).encode()))


def read_parameters(
    path: Path, task: str, method: str, mode: str, model: str | None, sigma: float | None = None
) -> Parameters:
    """Read parameters for a task.

    Args:
        path: a file of `write_parameters`.
        task: what they are for.
        method: what they are of.
        mode: of the solver; of the method `model`.
        model: that the user asked for, or None.
        sigma: noise level, of 255, or None where the task does not know it.

    Raises:
        ReconError: when the file is missing, no such file, or made for another task, method, mode, model
            or noise level.
    """
    parameters = _read(path)
    wanted = {
        "task": task,
        "method": method,
        "mode": mode if method == "model" else None,
        "model": model,
        "sigma": sigma,
    }
    for name, value in wanted.items():
        found = getattr(parameters, name)
        same = found == value or (name == "mode" and strengths_mode(str(found)) == strengths_mode(str(value)))
        if value is not None and not same:
            raise ReconError(f"{path} was tuned for {name} {found}, and this is {name} {value}", 2)
    return parameters


def _read(path: Path) -> Parameters:
    try:
        return _checked(parse_toml(read_text(path, "the parameter file")))
    except ValueError as error:
        raise ReconError(f"{path} is not a parameter file of recon tune: {reason_of(error)}") from error


def _checked(fields: dict[str, Any]) -> Parameters:
    values = {"method": "model", "mode": None, "model": None, "tol": None, "sigma": None} | fields
    if values["method"] not in list(STRENGTHS):  # which may be of any type
        raise ValueError(f"its method is {shown(values['method'])}")
    strengths = STRENGTHS[values["method"]]
    known = {*Parameters.__dataclass_fields__, *strengths} - {"strengths"}
    missing, strange = sorted(known - set(values)), sorted(set(values) - known)
    if missing or strange:
        raise ValueError(f"it lacks {', '.join(missing)}" if missing else f"what is {shown(strange[0])}?")
    for name in (*strengths, "tol", "sigma"):
        if name in strengths or values[name] is not None:
            values[name] = number(values[name], name, above=0)
    optional = [values[name] for name in ("mode", "model") if values[name] is not None]
    words, images = [values["task"], values["criterion"], *optional], values["images"]
    if not isinstance(images, list) or not all(isinstance(word, str) for word in words + images):
        raise ValueError("a name is no text")
    values["strengths"] = {name: values.pop(name) for name in strengths}
    return Parameters(**values | {"value": number(values["value"], "value"), "images": tuple(images)})


def _toml(value: object) -> str:
    if isinstance(value, float):
        return repr(value)
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
