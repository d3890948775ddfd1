"""A table over the files of a batch that sorts by its columns and links to the page about each."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from .html_page import document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..workflows.file_workflow import FileTask

_COLUMNS = (
    ("PSNR in dB", "psnr", ".2f"),
    ("SSIM", "ssim", ".4f"),
    ("certified gap", "gap", ".1e"),
    ("iterations", "iterations", "d"),
    ("time in s", "seconds", ".2f"),
)


class TableRow(NamedTuple):
    """What became of a file.

    Attributes:
        task: the file.
        fields: of its line of JSON; with `error` where it failed.
    """

    task: FileTask
    fields: Mapping[str, Any]


def html_table(place: Path, rows: Sequence[TableRow]) -> str:
    """Return the page.

    Args:
        place: where it will stand; links are relative to it.
        rows: the files; columns that none of them has are left out.
    """
    columns = [column for column in _COLUMNS if any(row.fields.get(column[1]) is not None for row in rows)]
    names = ["file", "result", *(name for name, _, _ in columns), "outcome"]
    head = "".join(f"<th scope='col'><button>{escape(name)}</button></th>" for name in names)
    body = "".join(_row(place, row, columns) for row in rows)
    table = f"<table class='sortable'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    failed = sum("error" in row.fields for row in rows)
    counted = f"<p>{len(rows)} files" + (f", of which {failed} failed" if failed else "") + ".</p>"
    return document(place.stem, [counted, table])


def _row(place: Path, row: TableRow, columns: Sequence[tuple[str, str, str]]) -> str:
    fields, task = row.fields, row.task
    error = fields.get("error")
    page, result = (None if error else each for each in (task.report, task.target))
    cells = [f"<td>{_link(place, page, task.name)}</td>"]
    cells.append(f"<td>{_link(place, result, result.name if result else '')}</td>")
    for _, name, form in columns:
        value = fields.get(name)
        shown = "" if value is None else format(value, form)
        cells.append(f"<td class='number' data-value='{'' if value is None else value}'>{shown}</td>")
    if error:
        cells.append(f"<td class='failed'>{escape(str(error))}</td>")
    else:
        cells.append(f"<td>{'converged' if fields.get('converged') else 'not converged'}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _link(place: Path, target: Path | None, name: str | None) -> str:
    text = escape(name or "")
    if target is None:
        return text
    address = quote(Path(os.path.relpath(target, place.parent)).as_posix())
    return f"<a href='{escape(address)}'>{text}</a>"
