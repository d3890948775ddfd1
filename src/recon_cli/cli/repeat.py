"""The command that makes a result once more."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer

_LEFT_OUT = {
    "output", "recursive", "overwrite", "skip_existing", "reference", "figure", "report", "zero_filled",
    "config", "json", "quiet", "verbose", "scheduler",
}  # fmt: skip
"""Options that do not decide what the result is; `-o` and the reference are those of the file."""
_UNSET = ("ParameterSource.DEFAULT", "None")


Command = tuple["str | None", ...]
"""Words of a command line; None stands for its input."""


def command_of(context: typer.Context) -> Command:
    """Return the command that was given, whatever came from the environment or a file of settings."""
    words: list[str | None] = ["recon", *context.command_path.split()[1:]]
    for parameter in context.command.params:
        name = str(parameter.name)
        if not parameter.opts[0].startswith("-"):
            words += [None]
        elif name not in _LEFT_OUT and str(context.get_parameter_source(name)) not in _UNSET:
            words += _option(parameter, context.params[name])
    return tuple(words)


def repeated(command: Command, places: Mapping[str, Path | None]) -> str:
    """Return a command line for one file.

    Args:
        command: of `command_of`.
        places: what stands in place of the arguments, `input`, and of the options, as `-o`; None is left out.
    """
    words = [str(places.get("input") or "-") if word is None else word for word in command]
    for option, place in places.items():
        if option.startswith("-") and place:
            words += [option, str(place)]
    return shlex.join(words)


def _option(parameter: Any, value: Any) -> list[str]:
    """Return an option with its value as words."""
    long = max(parameter.opts, key=len)
    if getattr(parameter, "is_flag", False):
        return [long] if value else list(parameter.secondary_opts[:1])
    values = value if isinstance(value, (list, tuple)) else [value]
    return [word for each in values for word in (long, str(each))]
