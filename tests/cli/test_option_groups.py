from __future__ import annotations

import re
from typing import Any

import click
import pytest
from typer.main import get_command

from recon_cli.cli import main as cli
from recon_cli.cli.option_groups import GROUPS

from .run import recon

_ROOT: Any = get_command(cli.app)
_COMMANDS: dict[str, Any] = {
    f"{name} {each}".strip(): command
    for name, group in _ROOT.commands.items()
    for each, command in getattr(group, "commands", {"": group}).items()
}
_GROUPS = ["", *(name for name, group in _ROOT.commands.items() if hasattr(group, "commands"))]


def _long_names(command: Any) -> set[str]:
    return {opt[2:] for parameter in command.params for opt in parameter.opts if opt.startswith("--")}


def test_every_option_is_in_one_group_and_every_name_there_is_an_option() -> None:
    """A new option has to be put into a group; `methods` is another name of `method`."""
    grouped = [name for names in GROUPS.values() for name in names]
    assert len(grouped) == len(set(grouped))
    used = set().union(*map(_long_names, _COMMANDS.values()))
    assert used - {"methods"} | {"help"} == set(grouped)


@pytest.mark.parametrize("command", [*_GROUPS, *_COMMANDS])
def test_the_help_is_grouped_and_breaks_no_word(command: str) -> None:
    done = recon(*command.split(), "--help", columns=80)
    assert done.returncode == 0
    assert "<bool>" not in done.stdout
    rows = [line.strip("│ ") for line in done.stdout.splitlines() if line.startswith("│")]
    choices = [row for row in rows if re.search(r"<[^>]*\|", row)]
    assert not [row for row in choices if re.search(r"\w\|\w", row)]
    panels = re.findall(r"─ (\w[\w ]+) ─", done.stdout)
    if command in _COMMANDS:
        shown = [panel for panel in panels if panel != "Arguments"]
        assert shown == [name for name in GROUPS if name in shown]
        assert shown[-1] == "Rarely needed"


def _types(command: Any) -> dict[str, str]:
    """Return the types that are shown of the parameters, without `<` and `>`."""
    context = click.Context(command)
    shown = {max(each.opts, key=len): each.display_type_rich(context) for each in command.get_params(context)}
    return {name: kind.strip("<>.") for name, kind in shown.items() if kind}


@pytest.mark.parametrize("command", ["", *_COMMANDS])
def test_types_are_words_and_not_those_of_the_program(command: str) -> None:
    shown = _types(_COMMANDS.get(command, _ROOT))
    assert {kind for kind in shown.values() if " | " not in kind} <= {"text", "number", "int", "path", "N"}


def test_panels_suit_the_command() -> None:
    for name, command in _COMMANDS.items():
        panels = {
            getattr(each, "rich_help_panel", None) for each in command.get_params(click.Context(command))
        }
        assert ("Training" in panels) == (name == "train"), name
        assert name != "train" or "Measurement" not in panels


def _kind(parameter: Any, shown: str | None) -> str:
    """Return what a user writes after an option: its type, or that it is a flag, with its opposite."""
    return shown or " ".join(("flag", *parameter.secondary_opts))


_DIFFERENT_TYPES = {
    "--sigma": "a level; text where several levels, auto or a percentage may stand",
    "--mask": "a file; in MRI also the name of a pattern",
    "--output": "a place; text where it may be - for a pipe or a folder",
    "--figure": "a file; text where it may be a suffix for several files",
    "--center": "a column; text where it may be auto",
    "--data": "clean images; in training one folder of them, elsewhere also files and patterns",
}
"""Options that are the same and whose types differ, with the reason."""


def test_a_name_of_an_option_means_the_same_everywhere() -> None:
    """Types are the same, or choices among which each command has some.

    `-o` is `--output`, a place; `--method` is `--methods` where there may be several.
    """
    kinds: dict[str, set[str]] = {}
    for name, command in _COMMANDS.items():
        by_name = {opt: parameter for parameter in command.params for opt in parameter.opts}
        assert by_name.get("-o") is by_name.get("--output"), name
        if "--methods" in by_name:
            assert by_name["--methods"] is by_name["--method"], name
        shown = _types(command)
        for each in command.params:
            long = max(each.opts, key=len)
            kinds.setdefault(long, set()).add(_kind(each, shown.get(long)))
    differing = {name: found for name, found in kinds.items() if len(found) > 1 and name.startswith("--")}
    assert differing.keys() >= _DIFFERENT_TYPES.keys()
    for name, found in differing.items():
        if name in _DIFFERENT_TYPES:
            assert found <= {"text", "number", "path"}, name
        else:
            assert set.intersection(*(set(kind.split(" | ")) for kind in found)), f"{name}: {found}"


def test_noise_levels_name_their_unit() -> None:
    for name, command in _COMMANDS.items():
        for said in (each.help for each in command.params if "--sigma" in each.opts):
            own = {"tomography": "line integral", "run": "units of the data"}
            unit = own.get(name.split()[-1], "8-bit grey levels")
            assert unit in said, name
