"""How the help of a command shows its options: in groups, those that are rarely needed last."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any

from typer.core import TyperGroup

GROUPS: Mapping[str, Sequence[str]] = {
    "Noise": (
        "sigma", "sigma-units", "noise-spectrum", "noise-level", "noise", "gain", "read-noise", "offset",
        "draws",
    ),
    "Measurement": (
        "task", "psf", "factor", "kernel", "align", "mask", "ratio", "maps", "image", "fft", "scale",
        "missing", "simulate", "angles", "center", "flat", "dark", "rings", "operator", "several", "color",
        "range", "axes", "series", "variable", "trajectory", "coils",
    ),
    "Files": (
        "data", "validation", "picture", "output", "recursive", "overwrite", "skip-existing", "values",
        "dtype", "format", "zero-filled", "resume",
    ),
    "Model": (
        "method", "model", "params", "regulariser", "objective", "initial", "variant", "atoms", "patch-size",
        "sort",
    ),
    "Solver": ("mode", "tol", "max-iter", "memory", "jobs", "device", "scheduler"),
    "Training": (
        "train-steps", "batch", "crop-size", "margin", "scales", "flips", "learning-rate", "schedule",
        "decay", "decays", "unroll", "validate-every", "tune",
    ),
    "Search": ("tune-each", "criterion", "grid", "betas", "lams", "mus", "weights", "budget"),
    "Report": ("reference", "figure", "report", "json", "quiet", "verbose", "log", "tensorboard"),
    "Rarely needed": (
        "nodata", "holes", "hot-pixels", "seed", "beta", "lam", "weight", "solver", "inner", "steps",
        "border", "config", "help",
    ),
}  # fmt: skip
"""Long names of options, in the order in which they are shown; a name means the same in every command."""
_ORDER = [(name, group) for group, names in GROUPS.items() for name in names]
_PLACES = {name: (number, group) for number, (name, group) in enumerate(_ORDER)}
_TYPES = {
    "str": "text", "float": "number", "float range": "number", "int range": "int", "path": "path",
}  # fmt: skip
"""Words for the types of the parser, in small letters."""


class ShownParameters:
    """A command or a group of commands whose parameters are shown as above."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return all parameters, help included, in the order in which they are shown."""
        found: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for parameter in found:
            _name_type(parameter)
            group = _place(parameter)[1]
            if group and not isinstance(self, TyperGroup):
                parameter.rich_help_panel = group
        return sorted(found, key=_place)


class CommandGroup(ShownParameters, TyperGroup):
    """A group of commands; lines of its help end where the terminal does."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        paragraphs = inspect.cleandoc(self.help or "").split("\n\n")
        self.help = "\n\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs)
        super().format_help(ctx, formatter)


def _place(parameter: Any) -> tuple[int, str]:
    """Return the number and the group of a parameter; arguments, and what has no group, come first."""
    names = [name[2:] for name in parameter.opts if name.startswith("--")]
    return next((_PLACES[name] for name in names if name in _PLACES), (-1, ""))


def _name_type(parameter: Any) -> None:
    """Show no type of a flag, and choices so that a line ends between two of them, not in a word."""
    if getattr(parameter, "is_flag", False):
        parameter.display_type_rich = lambda ctx: None
        return
    shown = type(parameter).display_type_rich

    def display(ctx: Any) -> str | None:
        text = shown(parameter, ctx)
        inner = re.fullmatch(r"<(.*)>(\.*)", text or "")
        if inner is None:
            return text
        words = re.sub(r"^list\[(.*)\]$", r"\1", inner[1])
        return f"<{_TYPES.get(words.lower(), words).replace('|', ' | ')}>{inner[2]}"

    parameter.display_type_rich = display
