"""The reference of the command line is that of the program, and every command is documented."""

from __future__ import annotations

import runpy
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from recon_cli.cli.main import app
from recon_cli.engine.measurement import Task
from recon_cli.models.registry import find_dictionary, manifest
from recon_cli.priors.dictionary_modes import usual_tolerance
from recon_cli.solver import Solver

ROOT = Path(__file__).resolve().parents[2]
GROUP: Any = get_command(app)
EVERY = {
    f"{name} {each}".strip(): command
    for name, group in GROUP.commands.items()
    for each, command in getattr(group, "commands", {"": group}).items()
}
COMMANDS = sorted(EVERY)
PAGES: list[Path] = runpy.run_path(str(ROOT / "docs" / "pages.py"))["pages"]()
"""The README and the pages, but the reference."""


def _examples(command: str) -> list[list[str]]:
    lines = EVERY[command].help.split("Examples:\n")[1].splitlines()
    return [shlex.split(line.split("> ")[0])[line.split().index("recon") :] for line in lines if line.strip()]


def test_the_reference_is_up_to_date() -> None:
    written = (ROOT / "docs" / "cli.md").read_text("utf-8")
    made = runpy.run_path(str(ROOT / "docs" / "make_cli.py"))["reference"]()
    assert written == made, "run python docs/make_cli.py"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert f"## `recon {command}`" in (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert any(f"recon {command} " in page.read_text("utf-8") for page in PAGES)
    parameters = EVERY[command].params
    assert all(parameter.help for parameter in parameters)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_example_of_the_help_can_be_typed(command: str) -> None:
    examples = _examples(command)
    assert len(examples) >= 2
    start = ["recon", *command.split()]
    for words in examples:
        assert words[: len(start)] == start
        EVERY[command].make_context(command, words[len(start) :])


@pytest.mark.parametrize(
    "command",
    [name for name in COMMANDS if any("--model" in each.opts for each in EVERY[name].params)],
)
def test_the_help_of_model_names_no_other_default_than_is_taken(command: str) -> None:
    (said,) = (parameter.help for parameter in EVERY[command].params if "--model" in parameter.opts)
    named = {word.strip(".,;") for word in said.split()} & set(manifest("dictionary"))
    assert named <= {find_dictionary(None, 25).name, find_dictionary(None, 25, "settled").name}
    assert not {"mean-free", "fixed-mean"} & {word.strip(".,;") for word in said.split()}


def test_the_help_of_tol_names_the_defaults() -> None:
    tasks: tuple[tuple[Task, str], ...] = (("denoise", "1e-4 (crr)"), ("mri", "1e-5 (crr)"))
    for command, other in tasks:
        (said,) = (parameter.help for parameter in EVERY[command].params if "--tol" in parameter.opts)
        usual = [usual_tolerance(Solver("full", algorithm=name), None) for name in ("admm", "ipalm")]
        settled = usual_tolerance(Solver(), None, task=command)
        assert f"{settled:g} grey levels of 255 from the minimum (settled)" in said
        assert f"gap of {usual[0]:.0e}".replace("e-0", "e-") in said
        assert f"of J of {usual[1]:.0e} (ipalm)".replace("e-0", "e-") in said
        assert other in said
