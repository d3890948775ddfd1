from __future__ import annotations

import re
from typing import Any

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


def test_a_name_of_an_option_means_the_same_everywhere() -> None:
    """`-o` is `--output`, a place; `--method` is `--methods` where there may be several."""
    for name, command in _COMMANDS.items():
        by_name = {opt: parameter for parameter in command.params for opt in parameter.opts}
        assert by_name.get("-o") is by_name.get("--output"), name
        if "--methods" in by_name:
            assert by_name["--methods"] is by_name["--method"], name
