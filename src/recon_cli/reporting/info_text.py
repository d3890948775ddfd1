"""How a file is understood, in two columns or as a line of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import printable
from .json_line import json_line

if TYPE_CHECKING:
    from ..workflows.info.file_info import FileInfo


def info_text(name: str, info: FileInfo) -> str:
    """Return names and values in two columns, a line each; what a file holds cannot command a terminal."""
    rows = [("file", name), ("kind", info.kind), *info.rows]
    rows += [("warning", sentence) for sentence in info.warnings]
    rows.append(("try", info.command))
    width = max(len(row) for row, _ in rows)
    return "".join(f"{row:<{width}}  {printable(value)}\n" for row, value in rows)


def info_line(name: str, info: FileInfo) -> str:
    """Return a line of JSON with the fields of the file and `command`, which may be tried."""
    named = {"input": name, "kind": info.kind}
    return json_line(named | dict(info.fields) | {"warnings": list(info.warnings), "command": info.command})
