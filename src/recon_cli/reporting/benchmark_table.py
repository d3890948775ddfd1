"""Methods beside each other: a table for the terminal and for files, and a line of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from ..errors import printable
from .console import console
from .json_line import json_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..workflows.benchmark.comparison import Row


def benchmark_cells(rows: Sequence[Row]) -> list[list[str]]:
    """Return the cells of a table with names of columns; after ± the standard deviation over draws."""
    head = ["method", "PSNR (dB)", "SSIM", "seconds", "iterations", "gap"]
    return [head, *(_cells(row) for row in rows)]


def benchmark_numbers(rows: Sequence[Row]) -> list[list[str]]:
    """Return the same for programs: spreads in columns of their own, all digits."""
    head = ["method", "psnr", "psnr_spread", "ssim", "ssim_spread", "seconds", "iterations", "gap"]
    lines = [
        (
            row.mean("psnr"),
            row.spread("psnr"),
            row.mean("ssim"),
            row.spread("ssim"),
            row.mean("seconds"),
            row.mean("iterations"),
            row.gap,
        )
        for row in rows
    ]
    return [
        head,
        *(
            [row.name, *("" if value is None else repr(value) for value in line)]
            for row, line in zip(rows, lines, strict=True)
        ),
    ]


def _cells(row: Row) -> list[str]:
    psnr, ssim = (_with_spread(row, name, digits) for name, digits in (("psnr", 2), ("ssim", 4)))
    iterations = row.mean("iterations")
    return [
        row.name,
        psnr,
        ssim,
        f"{row.mean('seconds'):.2f}",
        f"{iterations:.0f}" if iterations else "",
        "" if row.gap is None else f"{row.gap:.1e}",
    ]


def _with_spread(row: Row, name: str, digits: int) -> str:
    spread = row.spread(name)
    return f"{row.mean(name):.{digits}f}" + ("" if spread is None else f" ± {spread:.{digits}f}")


def print_benchmark_table(rows: Sequence[Row], title: str) -> None:
    """Print the table on stderr."""
    head, *body = benchmark_cells(rows)
    table = Table(title=title, title_justify="left")
    for number, name in enumerate(head):
        table.add_column(name, justify="right" if number else "left")
    for cells in body:
        table.add_row(*map(printable, cells))
    console().print(table)


def benchmark_line(rows: Sequence[Row], settings: dict[str, Any]) -> str:
    """Return the outcome as a line of JSON: means over images and draws, and spreads over draws."""
    methods = [
        {
            "name": row.name,
            **{name: row.mean(name) for name in ("psnr", "ssim", "seconds", "iterations")},
            "psnr_spread": row.spread("psnr"),
            "ssim_spread": row.spread("ssim"),
            "gap": row.gap,
        }
        for row in rows
    ]
    return json_line(settings | {"methods": methods})
