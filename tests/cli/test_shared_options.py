from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer
from typer.testing import CliRunner

from recon_cli.cli.shared_options import with_options


@dataclass(frozen=True)
class _Shared:
    size: Annotated[int, typer.Option(min=1, help="A size.")] = 3
    loud: Annotated[bool, typer.Option("--loud")] = False


def test_a_command_has_its_own_options_and_the_shared_ones() -> None:
    app, seen = typer.Typer(), list[Any]()

    @app.command()
    @with_options(_Shared)
    def work(name: str, own: Annotated[int, typer.Option()] = 1, *, options: _Shared) -> None:
        """Do it."""
        seen.append((name, own, options))

    def run(*words: str) -> int:
        return CliRunner().invoke(app, list(words)).exit_code

    assert run("a", "--own", "2", "--size", "5", "--loud") == 0
    assert run("b") == 0
    assert seen == [("a", 2, _Shared(5, loud=True)), ("b", 1, _Shared())]
    assert run("a", "--size", "0") == 2
    assert "A size." in CliRunner().invoke(app, ["--help"]).output
