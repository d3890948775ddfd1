"""A dictionary and its usage as a line of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .json_line import json_line

if TYPE_CHECKING:
    from pathlib import Path

    from ..workflows.show_atoms import AtomsView


def atoms_line(view: AtomsView, output: Path | None) -> str:
    """Return what there is to know of a dictionary's atoms, in the order of the file.

    `frequencies` are in cycles a pixel, `usage` the share of the image's patches that use each atom,
    `penalties` relative to lam where they differ, `weights` the geometric mean of those that a second minimum
    has on the image, `order` the atoms' numbers from 1 as they are shown.

    Args:
        view: the dictionary and what was measured.
        output: the figure, where one is drawn.
    """
    fields: dict[str, Any] = {
        "model": view.dictionary.name,
        "variant": view.dictionary.variant,
        "sigma": view.dictionary.sigma,
        "patch_size": view.dictionary.patch_size,
        "atoms": len(view.order),
        "condition": view.condition,
        "singular_values": view.singular_values.tolist(),
        "frequencies": view.frequencies.tolist(),
        "sort": view.sort,
        "order": (view.order + 1).tolist(),
        "output": None if output is None else str(output),
    }
    if view.penalties is not None:
        fields["penalties"] = view.penalties.tolist()
    if view.usage:
        fields |= {"patches": view.usage.patches, "lam": view.usage.lam, "usage": view.usage.share.tolist()}
    if view.weights:
        fields["weights"] = view.weights.means.tolist()
    return json_line(fields)
