"""Help texts and messages are plain English: full phrases, and the terms of the field."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import recon_cli
from recon_cli.cli import main as cli

_BANNED = (
    r"\bcounts an electron",
    r"\b(goes|go) before",
    r"\b8-bit units?\b",
    r"(?<!grey levels )\bof 255\b",
    r"\ba letter an axis",
    r"\bone an? (channel|plane|slice|pixel)",
    r"\b(samples?|bits?|crops?|cycles?|dots?) an? (pixel|sample|step)",
    r"\bleave \S+ away\b",
    r"\bmeans? nothing but\b",
)
"""Phrases without their prepositions, and units that are none."""
_ERRORS = {"ReconError", "MissingParametersError", "BadParameter", "say"}
_ROOT: Any = get_command(cli.app)


def _helps(command: Any, name: str) -> Iterator[tuple[str, str]]:
    yield name, command.help or ""
    for parameter in command.params:
        yield f"{name} {parameter.opts[0]}", getattr(parameter, "help", None) or ""
    for each, member in getattr(command, "commands", {}).items():
        yield from _helps(member, f"{name} {each}")


def _messages() -> Iterator[tuple[str, str]]:
    """Yield the sentences of errors, a dash where values stand."""
    folder = Path(recon_cli.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) in _ERRORS
            ):
                for part in node.args:
                    for text in _texts(part):
                        yield f"{path.relative_to(folder)}:{node.lineno}", text


def _texts(node: ast.expr) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "-" for part in each.values)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def test_no_phrase_of_help_or_messages_lacks_its_words() -> None:
    said = [*_helps(_ROOT, "recon"), *_messages()]
    assert len(said) > 1000
    found = [
        (place, text) for place, text in said for phrase in _BANNED if re.search(phrase, text, re.IGNORECASE)
    ]
    assert not found


@pytest.mark.parametrize(
    "text",
    ["Counts an electron or photon.", "options go before it", "in 8-bit units", "a sigma of 25 of 255",
     "A letter an axis of the array", "auto estimates one a channel, planes one a plane"],
)  # fmt: skip
def test_the_phrases_are_found(text: str) -> None:
    assert any(re.search(phrase, text, re.IGNORECASE) for phrase in _BANNED)
