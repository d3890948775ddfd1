"""Settings from the environment and from TOML files; options of the command line go before both."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

from ..errors import ReconError
from .methods import refuse_foreign_options
from .option_groups import ShownParameters

_PREFIX = "RECON_"
_OTHERS = {"RECON_NATIVE": ("0", "1")}
"""Variables that are no options of a command, with the values that they may have."""
_NEARLY = 0.8
"""Likeness from which on a name counts as misspelt, see `difflib`."""


class SettingsCommand(ShownParameters, TyperCommand):
    """A command whose options may stand in the environment, as `RECON_DENOISE_MAX_ITER`.

    Words that are empty or too many are refused with a sentence.
    """

    allow_extra_args = True  # to say more of them than Typer does
    group = ""
    """Name of the group that the command is in, for its variables."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        """Name the variables after the options, not after the parameters of the function."""
        super().__init__(*arguments, **keywords)
        for parameter in self.params:
            _refuse_empty_words(parameter)
        for name, option in _by_name(self).items():
            words = filter(None, (self.group, str(self.name), name))
            option.envvar = _PREFIX + "_".join(words).upper().replace("-", "_")
            option.show_envvar = False  # docs/howto/settings.md says it once for all of them

    def parse_args(self, context: Any, words: list[str]) -> list[str]:
        """Parse the command line."""
        more = super().parse_args(context, words)
        if more and not context.resilient_parsing:
            place = next(("; the name of a result goes after -o" for p in self.params if "-o" in p.opts), "")
            raise ReconError(f"{more[0]} is one word more than {context.command_path} takes{place}", 2)
        return more

    def invoke(self, context: Any) -> Any:
        """Run the command, unless a setting would be taken in silence."""
        refuse_unknown_variables(context)
        refuse_foreign_options(context, " ".join(filter(None, (self.group, str(self.name)))))
        return super().invoke(context)


def _refuse_empty_words(parameter: Any) -> None:
    """Refuse empty words wherever they stand: `Path` would take them for the current folder."""
    process = parameter.process_value

    def checked(context: Any, value: Any) -> Any:
        if value == "" or (isinstance(value, (list, tuple)) and "" in value):
            raise typer.BadParameter("it is empty", ctx=context, param=parameter)
        return process(context, value)

    parameter.process_value = checked


def refuse_unknown_variables(context: typer.Context) -> None:
    """Refuse variables that are meant as settings and are none.

    Those are meant that are or begin with the name of a command, are an option's name without one, or are
    nearly a setting; what else begins with `RECON_` may be another program's.

    Raises:
        ReconError: when there is one; the sentence names the setting that it resembles most. Likewise when
            one that is no option has a value that it cannot have.
    """
    root = context.find_root().command
    known = {name.removeprefix(_PREFIX): name for name in (*_variables(root), *_OTHERS)}
    commands = tuple(f"{name}_".upper().replace("-", "_") for name in getattr(root, "commands", ()))
    own = {option.envvar for option in _by_name(context.command).values()}
    for variable in sorted(os.environ):
        name, allowed = variable.removeprefix(_PREFIX), _OTHERS.get(variable)
        if allowed and os.environ[variable] not in allowed:
            raise ReconError(f"{variable} is {' or '.join(allowed)}, and not {os.environ[variable]!r}", 2)
        if name == variable or name in known:
            continue
        ends = [other for other in known.values() if other.endswith(f"_{name}")]
        meant = sorted(ends, key=lambda other: other not in own) + [
            known[other]
            for other in get_close_matches(
                name, known, 1, 0.0 if f"{name}_".startswith(commands) else _NEARLY
            )
        ]
        if meant:
            raise ReconError(f"the variable {variable} is no setting; the closest is {meant[0]}", 2)


def _variables(command: Any) -> Iterator[str]:
    if isinstance(command, SettingsCommand):
        yield from (option.envvar for option in _by_name(command).values())
    for member in getattr(command, "commands", {}).values():
        yield from _variables(member)


def read_settings(context: typer.Context, path: Path | None) -> Path | None:
    """Take the values of a TOML file as defaults of a command: the callback of `--config`.

    Raises:
        ReconError: when the file cannot be read, or names an unknown setting or a value that none can have.
    """
    from ..files.configuration import read_configuration

    if path is None or context.resilient_parsing:
        return path
    options = _by_name(context.command)
    del options["config"]
    context.default_map = {}
    for name, value in read_configuration(path).items():
        if name not in options:
            raise ReconError(f"{path}: {context.command.name} has no setting {name}; see its --help", 2)
        option = options[name]
        text = _as_text(value, bool(getattr(option, "is_flag", False)), option.multiple)
        try:
            if text is None:
                raise typer.BadParameter("this is no value for it")
            option.process_value(context, text)
        except typer.BadParameter as error:
            said = error.message.removeprefix("Value error, ")
            raise ReconError(f"{path}: {name} = {value}: {said}", 2) from error
        context.default_map[option.name] = text
    return path


def _by_name(command: Any) -> dict[str, Any]:
    """Return the options of a command by their long names, with underscores."""
    return {
        name[2:].replace("-", "_"): parameter
        for parameter in command.params
        for name in parameter.opts
        if name.startswith("--")
    }


def _as_text(value: object, flag: bool, several: bool) -> object:
    """Return a value of TOML as it would stand on the command line; None when it could not."""
    if several:
        return [str(part) for part in value] if isinstance(value, list) else None
    if isinstance(value, bool) or flag:
        return value if isinstance(value, bool) and flag else None
    return str(value) if isinstance(value, (str, int, float)) else None
