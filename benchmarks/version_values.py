"""The values that a command gives, by name, and how they differ between two versions of the project."""

from __future__ import annotations

import csv
import json
import math
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import tifffile
from PIL import Image
from safetensors import safe_open


@dataclass
class Difference:
    """A value that is not what it was; `size` is inf where no number tells."""

    name: str
    what: str
    size: float
    wrong: bool


def leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Give each leaf of dicts and lists a name; empty ones are leaves."""
    if isinstance(value, dict | list) and value:
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, f"{name}/{key}")
    else:
        yield name, value


def parsed(text: str) -> Any:
    """Return what JSON says, or the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def read(path: Path) -> Any:
    """Return a result's values; images of whole numbers are brought to [0, 1]."""
    match path.suffix:
        case ".npy":
            value = np.load(path)
        case ".gz":
            value = np.asarray(nibabel.load(path).dataobj)  # type: ignore[attr-defined]
        case ".tif":
            value = tifffile.imread(path)
        case ".png":
            value = np.asarray(Image.open(path))
        case ".toml":
            return tomllib.loads(path.read_text())
        case ".jsonl" | ".log":
            return [json.loads(line) for line in path.read_text().splitlines()]
        case ".csv":
            rows = csv.DictReader(path.read_text().splitlines())
            return [{name: parsed(cell) for name, cell in row.items()} for row in rows]
        case ".safetensors":
            with safe_open(path, "numpy") as file:
                about = {name: parsed(text) for name, text in (file.metadata() or {}).items()}
                return {"metadata": about} | {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        case _:
            return "a file"
    largest = np.iinfo(value.dtype).max if np.issubdtype(value.dtype, np.integer) else 1
    return {"type": str(value.dtype), "shape": list(value.shape), "values": value / largest}


def distance(old: Any, new: Any) -> float:
    """Return the largest difference of arrays, the relative one of numbers, and of all else 0 or inf."""
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        if (old.shape, old.dtype) != (new.shape, new.dtype):
            return math.inf
        apart = np.where((old == new) | (np.isnan(old) & np.isnan(new)), 0.0, np.abs(np.subtract(old, new)))
        return math.inf if np.isnan(apart).any() else float(apart.max(initial=0.0))
    kinds = {type(old), type(new)}
    if np.ndarray in kinds:
        return math.inf
    if kinds <= {int, float}:
        return 0.0 if old == new else abs(old - new) / max(abs(old), abs(new))
    return 0.0 if len(kinds) == 1 and old == new else math.inf


def compare(old: dict[str, Any], new: dict[str, Any], tolerance: float) -> list[Difference]:
    """List what changed by more than the tolerance, what is gone, and what is new, which is not wrong."""
    found = []
    for name in old | new:
        if name not in new:
            found.append(Difference(name, "is gone", math.inf, True))
        elif name not in old:
            found.append(Difference(name, "is new", 0.0, False))
        elif not (size := distance(old[name], new[name])) <= tolerance:  # NaN is no agreement
            arrays = isinstance(old[name], np.ndarray) and isinstance(new[name], np.ndarray)
            what = "differs" if arrays else f"was {old[name]!r}, is {new[name]!r}"
            found.append(Difference(name, what, size, True))
    return found


def renamed(values: dict[str, Any], command: str, rules: list[str], ignored: str) -> dict[str, Any]:
    """Put the command before the names, change them by `PATTERN=NEW`, and leave out what is ignored."""
    named = {}
    for name, value in values.items():
        name = f"{command}/{name}"
        for rule in rules:
            pattern, _, new = rule.rpartition("=")
            name = re.sub(pattern, new, name)
        if not re.search(ignored, name):
            named[name] = value
    return named
