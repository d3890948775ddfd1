"""The README and every page: the code runs as it stands, commands and options exist, pictures are small."""

from __future__ import annotations

import re
import runpy
import subprocess
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from typer.main import get_command

from recon_cli.cli.main import app

from ..cli.run import recon

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = runpy.run_path(str(DOCS / "pages.py"))
EVERY: list[Path] = PAGES["pages"]()
SLOW = {
    "README.md",
    "docs/gallery.md",
    "docs/howto/cluster.md",
    "docs/howto/files.md",
    "docs/howto/inverse_problems.md",
    "docs/models.md",
    "docs/tutorials/cluster.md",
    "docs/tutorials/micrograph.md",
    "docs/tutorials/mri.md",
    "docs/tutorials/train.md",
    "docs/tutorials/tune.md",
}
"""Pages whose code takes long."""
ELSEWHERE = {"docs/howto/operator.md", "docs/howto/prior.md"}
"""Pages that `test_howto` runs, and looks at what they make."""
GROUP: Any = get_command(app)
COMMANDS = {
    f"{name} {each}".strip(): command
    for name, group in GROUP.commands.items()
    for each, command in getattr(group, "commands", {"": group}).items()
}
OPTION = r"(?<![-\w])(?:--[a-z](?:-?[a-z])*|-[a-z](?![-\w]))"
NAMED = re.compile(r"recon (" + "|".join(sorted(COMMANDS, reverse=True)) + r")\b([^`|>&]*)")
OTHERS = re.compile(
    r"benchmarks/|torchrun|SBATCH|dask |nthreads|memory-limit|snakemake|-per-task|pip |mkdocs |-m pytest"
    r"|-m slow|python -[mc]|grep "
)
"""Programs whose options are their own."""


def _options(command: Any) -> set[str]:
    """Return the options of a command, those of no value and their opposites among them."""
    named = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    return named | {"--help"}


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _parameters(slow: bool) -> list[Any]:
    run = {_name(page): page for page in EVERY if any(block.is_run for block in PAGES["blocks"](page))}
    return [
        pytest.param(run[name], id=name) for name in run if name not in ELSEWHERE and (name in SLOW) is slow
    ]


def _line(line: str, folder: Path) -> None:
    """Run a line, `recon` alone without the time that its imports take."""
    if line.startswith("recon ") and not re.search(r"[|<>&;$()]", line):
        (words,) = PAGES["commands"](line)
        done = recon(*words, folder=folder)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        return
    try:
        PAGES["shell"](line, folder)
    except subprocess.CalledProcessError:
        pytest.fail(line)


def _run(page: Path, folder: Path) -> None:
    with matplotlib.rc_context():
        PAGES["run"](page, folder, _line)


@pytest.mark.slow
@pytest.mark.parametrize("page", _parameters(slow=False))
def test_the_code_of_a_page_runs_as_it_stands(page: Path, tmp_path: Path) -> None:
    _run(page, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("page", _parameters(slow=True))
def test_the_code_of_a_page_that_takes_long_runs_as_it_stands(page: Path, tmp_path: Path) -> None:
    _run(page, tmp_path)


def test_pages_that_are_treated_apart_are_pages() -> None:
    assert {_name(page) for page in EVERY} >= SLOW | ELSEWHERE


@pytest.mark.parametrize("page", EVERY, ids=_name)
def test_every_command_of_a_page_can_be_typed(page: Path) -> None:
    for block in PAGES["blocks"](page):
        for line in PAGES["lines"](block) if block.language == "bash" else ():
            for words in PAGES["commands"](line):
                name = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in COMMANDS), None)
                assert name is not None, line
                assert set(re.findall(OPTION, " ".join(words))) <= _options(COMMANDS[name]), line


def test_every_option_beside_a_command_is_one_of_it() -> None:
    """In prose and tables, where the command stands in one piece of code with its options."""
    for page in EVERY:
        for command, rest in NAMED.findall(page.read_text("utf-8").replace("\\\n", " ")):
            first = rest.splitlines()[0] if rest else ""
            assert set(re.findall(OPTION, first)) <= _options(COMMANDS[command]), (_name(page), first)


def test_every_option_of_the_prose_exists() -> None:
    """It need not be said of which command."""
    known = _options(GROUP).union({"--install-completion"}, *map(_options, COMMANDS.values()))
    lines = [line for page in EVERY for line in page.read_text("utf-8").splitlines()]
    named = set(re.findall(OPTION, " ".join(line for line in lines if not OTHERS.search(line))))
    assert len(named) > 50
    assert {name for name in named if name.startswith("--")} <= known


def test_every_picture_is_shown_and_small() -> None:
    shown = set()
    for page in EVERY:
        for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text("utf-8")):
            shown.add((page.parent / name).resolve())
    held = {place for place in (DOCS / "pictures").rglob("*") if place.is_file()}
    assert shown == held
    assert all(place.stat().st_size < 200_000 for place in held)


def test_a_block_that_is_not_run_says_why() -> None:
    notes = {block.note for page in EVERY for block in PAGES["blocks"](page) if not block.is_run}
    assert all(re.fullmatch(r"not run: .{5,}|test command|", note) for note in notes), notes


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("recon tune --grid", [["tune", "--grid"]]),
        ("cat a | recon denoise - -q > b.tif && echo done", [["denoise", "-", "-q"]]),
        (
            "A=1 .venv/bin/recon mri 'x/*.h5' --weights 0.1:0.2:5",
            [["mri", "x/*.h5", "--weights", "0.1:0.2:5"]],
        ),
        ("echo nothing", []),
    ],
)
def test_commands_are_found_in_a_line(line: str, words: list[list[str]]) -> None:
    assert list(PAGES["commands"](line)) == words
