"""The bundled models, by name and by noise level: dictionaries, and convex ridge regularisers."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

from ..arguments import meant, positive, units_of
from ..errors import MissingParametersError, ReconError
from ..files.atomic import write_atomically
from ..files.bundled_models import file_of, manifest
from ..files.inputs import files_in
from ..modes import strengths_mode
from .dictionary import Dictionary, load_dictionary
from .ridge import Ridge, Strength, load_ridge
from .tuned import Tuned, at_level, levels_of
from .weights import Kind, kind_of

_INSTEAD: dict[Kind, str] = {
    "dictionary": "leave --method crr out, or train a ridge regulariser with recon train --regulariser crr",
    "ridge regulariser": "it goes with --method crr of recon denoise and mri; here a dictionary is needed",
}
"""What to do with a model of the wrong kind."""


def find_dictionary(model: str | None, sigma: float, mode: str = "full", *, once: bool = False) -> Dictionary:
    """Return the dictionary that the user asked for.

    Args:
        model: a bundled name, or the path of a dictionary file; with None, the bundled mean-free
            dictionary that does best at the noise level; for the mode `full` among those without a network,
            whose gap takes a tenth of the iterations.
        sigma: noise level, of 255.
        mode: whose quality chooses.
        once: choose among those whose mode `full` minimises once only, see `Reweighting`.

    Raises:
        ReconError: when sigma is not positive, there is no such dictionary, it is of another kind, or its
            file is damaged.
    """
    positive("--sigma", sigma)
    return load_dictionary(*_place(model or best_dictionary(sigma, mode, once), "dictionary"))


def find_ridge(model: str | None, sigma: float) -> Ridge:
    """Return the ridge regulariser that the user asked for.

    Args:
        model: a bundled name, or the path of its file; with None, the bundled one that does best at the
            noise level.
        sigma: noise level, of 255.

    Raises:
        ReconError: as `find_dictionary`, and when none is bundled.
    """
    positive("--sigma", sigma)
    return load_ridge(*_place(model or best_ridge(sigma), "ridge regulariser"))


def bundled(kind: Kind | None = None) -> tuple[str, ...]:
    """Return the names of the bundled models; of one kind alone where it is given."""
    return tuple(manifest(kind))


def load(model: str) -> Dictionary | Ridge:
    """Return a bundled model by its name, or that of a file.

    Raises:
        ReconError: when there is no such model, or its file is damaged.
    """
    kind = kind_of_model(model)
    return (
        load_ridge(*_place(model, kind))
        if kind == "ridge regulariser"
        else load_dictionary(*_place(model, kind))
    )


def kind_of_model(model: str) -> Kind:
    """Return what a bundled name or a file stands for; a dictionary where it is nothing that is known.

    Raises:
        ReconError: when the file is missing or damaged.
    """
    entry, path = manifest().get(model), Path(model)
    if entry:
        kind: Kind = entry["kind"]
        return kind
    found = kind_of(path, "model") if path.suffix else None
    return found or "dictionary"


def _place(model: str, kind: Kind) -> tuple[Path, str | None]:
    """Return the file of a model, and its name where it is bundled."""
    entry = manifest().get(model)
    if entry:
        path = file_of(entry)
        if hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            raise ReconError(f"the bundled model {model} is damaged; install the package again")
        found = entry["kind"]
    elif Path(model).suffix:
        path, found = Path(model), kind_of(Path(model), kind)
    else:
        names = manifest(kind)
        known = f"bundled are {', '.join(names)}" if names else f"no {kind} is bundled"
        raise ReconError(f"there is no model {model}{meant(model, names)}; {known}", 2)
    if found not in (None, kind):
        raise ReconError(f"{model} is a {found}; {_INSTEAD[found]}", 2)
    return path, model if entry else None


def best_dictionary(sigma: float, mode: str, once: bool = False) -> str:
    """Return the name of the bundled dictionary that does best at a noise level, see `find_dictionary`.

    Raises:
        MissingParametersError: when none is tuned for the level.
    """
    scores: dict[str, tuple[bool, float]] = {}
    for name, entry in manifest("dictionary").items():
        left_out = (once and entry["reweighted"]) or (mode == "full" and entry["network"])
        if entry["variant"] != "mean-free" or left_out:
            continue
        levels = levels_of(entry["levels"].get(strengths_mode(mode), []), Tuned)
        level = at_level(levels, sigma)
        if level:  # what was measured counts for more than what is continued
            scores[name] = levels[0].sigma <= sigma <= levels[-1].sigma, level.psnr
    if not scores:
        raise MissingParametersError(
            f"no bundled dictionary is tuned for sigma {sigma:g} in mode {mode}{units_of(sigma)}",
            "name one with --model, and give --beta and --lam",
        )
    return max(scores, key=scores.__getitem__)


def best_ridge(sigma: float) -> str:
    """Return the one trained at the noise level, that which is best there, or that trained nearest to it.

    Raises:
        ReconError: when none is bundled.
    """
    entries = manifest("ridge regulariser")
    if not entries:
        raise ReconError(
            "no ridge regulariser is bundled; train one with recon train --regulariser crr, "
            "and name its file with --model",
            2,
        )
    nearest = min(entries, key=lambda name: abs(math.log(entries[name]["sigma"] / sigma)))
    levels = {name: at_level(levels_of(e["levels"], Strength), sigma) for name, e in entries.items()}
    scores = {name: level.psnr for name, level in levels.items() if level}
    if entries[nearest]["sigma"] == sigma or len(scores) < len(entries):
        return nearest
    return max(scores, key=scores.__getitem__)


def write_manifest(folder: Path) -> None:
    """Describe every model of a folder in its `manifest.json`.

    Raises:
        ReconError: when a model is damaged or the folder cannot be written.
    """
    entries = {path.stem: _entry(path) for path in files_in(folder, (".safetensors",))}
    text = json.dumps(entries, indent=1, sort_keys=True) + "\n"
    write_atomically(folder / "manifest.json", lambda file: file.write(text.encode()))


def _entry(path: Path) -> dict[str, Any]:
    kind = kind_of(path, "model")
    model = load_ridge(path) if kind == "ridge regulariser" else load_dictionary(path)
    entry = {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "kind": kind,
        "sigma": model.sigma,
        "tuned": model.tuned_as_json,
        "training": model.training,
    }
    if isinstance(model, Ridge):
        return entry | {"levels": [level.as_json() for level in model.levels]}
    levels = {mode: [level.as_json() for level in found] for mode, found in model.levels.items()}
    twice = model.reweighting is not None
    network = model.reweighting is not None and model.reweighting.network is not None
    return entry | {"variant": model.variant, "reweighted": twice, "network": network, "levels": levels}
