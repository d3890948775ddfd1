"""What a file of a learned model holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...models.dictionary import Dictionary
from ...models.registry import load
from ...models.ridge import Ridge
from ...models.tuned import Level
from .file_info import FileInfo, command_of


def model_info(name: str) -> FileInfo:
    """Return what is known of a model.

    Args:
        name: bundled, or of a file.

    Raises:
        ReconError: when the file is missing, damaged or of no known kind.
    """
    model = load(name)
    if isinstance(model, Ridge):
        channels, side = model.kernels.shape[:2]
        rows = [("filters", f"{channels} of {side} x {side} pixels"), ("minimum", "one")]
        fields: dict[str, Any] = {"filters": channels, "size": side}
        measured = {"full": _psnrs(model.levels)}
        kind, words = "ridge regulariser", ["--method", "crr", "--model", name]
    else:
        rows, fields = _of_dictionary(model)
        measured = {mode: _psnrs(levels) for mode, levels in model.levels.items()}
        kind, words = "dictionary", ["--model", name]
    rows.append(("trained at", f"sigma {model.sigma:.4g} in 8-bit grey levels"))
    rows += [
        (f"PSNR, {mode}", ", ".join(f"{psnr:.2f} dB at {sigma:g}" for sigma, psnr in found.items()))
        for mode, found in measured.items()
        if found
    ]
    lists = {mode: [{"sigma": s, "psnr": p} for s, p in found.items()] for mode, found in measured.items()}
    fields |= {"sigma": model.sigma, "tuned_at": lists, "training": model.training}
    command = command_of("denoise", "in.png", "--sigma", f"{model.sigma:.3g}", *words)
    return FileInfo(kind, tuple(rows), fields, command)


def _psnrs(levels: Iterable[Level[Any]]) -> dict[float, float]:
    return {level.sigma: level.psnr for level in levels}


def _of_dictionary(model: Dictionary) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    count, size = model.atoms.shape[1], model.patch_size
    rule = model.reweighting
    network = rule is not None and rule.network is not None
    minimum = (
        "one" if rule is None else f"the second of two, weighted by {'a network' if network else 'a rule'}"
    )
    rows = [
        ("atoms", f"{count} of {size} x {size} pixels, a patch every {model.stride} pixels, {model.variant}"),
        ("penalties", "one of each atom" if model.penalties is not None else "the same of all atoms"),
        ("minimum", minimum),
    ]
    fields = {
        "atoms": count,
        "patch_size": size,
        "stride": model.stride,
        "variant": model.variant,
        "penalties": model.penalties is not None,
        "reweighted": rule is not None,
        "network": network,
    }
    return rows, fields
