"""The tutorial's commands can be typed, its pictures are there, and its first numbers are right."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from recon_cli.cli.main import app

from ..cli.run import recon_here

DOCS = Path(__file__).resolve().parents[2] / "docs"
TUTORIAL = (DOCS / "tutorial.md").read_text("utf-8")
SCRIPT = runpy.run_path(str(DOCS / "make_tutorial.py"))


def test_every_command_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (settings,) = re.findall(r"```toml\n(.*?)```", TUTORIAL, re.DOTALL)
    (tmp_path / "cells.toml").write_text(settings)
    group: Any = get_command(app)
    commands = SCRIPT["commands"]()
    assert len(commands) == 5
    for recon, name, *words in commands:
        assert recon == "recon"
        group.commands[name].make_context(name, words)


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"!\[.*?\]\((.*?)\)", TUTORIAL)
    assert sorted(pictures) == sorted(f"tutorial/{path.name}" for path in (DOCS / "tutorial").iterdir())


def test_the_usual_parameters_give_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    SCRIPT["prepare"](tmp_path)
    (words,) = [words for _, *words in SCRIPT["commands"]() if "usual.png" in words]
    done = recon_here(*words)
    assert done.exit_code == 0, done.stderr
    found = re.search(r"PSNR\s+(\S+) dB", done.stderr)
    said = re.search(r"gives (\S+) dB with the usual parameters", TUTORIAL)
    assert found is not None
    assert said is not None
    assert float(found[1]) == pytest.approx(float(said[1]), abs=0.1)
