"""The bundled dictionaries, by name and by noise level."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

from ..errors import ReconError
from ..files.atomic import write_atomically
from .dictionary import Dictionary, load_dictionary
from .tuned import Tuned, at_level, levels_of

_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDERS = (_PACKAGE / "pretrained", _PACKAGE.parents[1] / "pretrained")
"""Inside the installed package, and beside `src` in a checkout."""


def pretrained_folder() -> Path:
    """Return the folder of the bundled dictionaries.

    Raises:
        ReconError: when the installation lacks it.
    """
    for folder in _FOLDERS:
        if (folder / "manifest.json").is_file():
            return folder
    raise ReconError("this installation lacks its pretrained dictionaries; install it again")


def manifest() -> dict[str, Any]:
    """Return what is known of the bundled dictionaries, by name."""
    entries: dict[str, Any] = json.loads((pretrained_folder() / "manifest.json").read_text("utf-8"))
    return entries


def find_dictionary(model: str | None, sigma: float, mode: str = "full") -> Dictionary:
    """Return the dictionary that the user asked for.

    Args:
        model: a bundled name, or the path of a dictionary file; with None, the bundled mean-free
            dictionary that does best at the noise level.
        sigma: noise level, of 255.
        mode: whose quality chooses.

    Raises:
        ReconError: when sigma is not positive, there is no such dictionary, or its file is damaged.
    """
    if not 0 < sigma < math.inf:
        raise ReconError(f"--sigma has to be a positive number, and is {sigma:g}", 2)
    entries = manifest()
    if model is None:
        model = _best_at(entries, sigma, mode)
    if model not in entries:
        if Path(model).suffix:
            return load_dictionary(Path(model))
        raise ReconError(f"there is no model {model}; bundled are {', '.join(entries)}", 2)
    path = pretrained_folder() / entries[model]["file"]
    if hashlib.sha256(path.read_bytes()).hexdigest() != entries[model]["sha256"]:
        raise ReconError(f"the bundled dictionary {model} is damaged; install the package again")
    return load_dictionary(path, model)


def _best_at(entries: dict[str, Any], sigma: float, mode: str) -> str:
    scores: dict[str, float] = {}
    for name, entry in entries.items():
        if entry["variant"] != "mean-free":
            continue
        if entry["sigma"] == sigma:
            return name
        level = at_level(levels_of(entry["levels"].get(mode, []), Tuned), sigma)
        if level:
            scores[name] = level.psnr
    if not scores:
        raise ReconError(
            f"no bundled dictionary is tuned for sigma {sigma:g} in mode {mode}; "
            "name one with --model, and give --beta and --lam",
            2,
        )
    return max(scores, key=scores.__getitem__)


def write_manifest(folder: Path) -> None:
    """Describe every dictionary of a folder in its `manifest.json`.

    Raises:
        ReconError: when a dictionary is damaged or the folder cannot be written.
    """
    entries = {}
    for path in sorted(folder.glob("*.safetensors")):
        dictionary = load_dictionary(path)
        entries[path.stem] = {
            "file": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "variant": dictionary.variant,
            "sigma": dictionary.sigma,
            "tuned": {mode: t.as_json() for mode, t in dictionary.tuned.items()},
            "levels": {m: [level.as_json() for level in ls] for m, ls in dictionary.levels.items()},
            "training": dictionary.training,
        }
    text = json.dumps(entries, indent=1, sort_keys=True) + "\n"
    write_atomically(folder / "manifest.json", lambda place: place.write_text(text, "utf-8"))
