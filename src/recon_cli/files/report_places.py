"""Where pages about results stand, and the table over those of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..errors import ReconError
from .companions import plan_companions
from .figures import load_matplotlib

SUFFIX = ".html"
ENDING = "_report"


def plan_reports(results: Sequence[Path | None], report: str | None) -> list[Path | None]:
    """Return where the page about each result goes; nothing is looked at but the names.

    Args:
        results: the results' files; None is standard output.
        report: what the user asked for: a file, for one result its page, for several the table over pages
            `<result>_report.html` beside them; or `.html`, for these alone; with None, there are none.

    Raises:
        ReconError: when the suffix is another, or a page would have no name.
    """
    if report is None:
        return [None] * len(results)
    if report != SUFFIX and Path(report).suffix.lower() != SUFFIX:
        raise ReconError(f"cannot write {report}: the name of a report has to end in {SUFFIX}", 2)
    load_matplotlib()
    wanted = report if table_place(report, len(results)) is None else SUFFIX
    return plan_companions(results, wanted, "--report", ENDING, (SUFFIX,))


def table_place(report: str | None, results: int) -> Path | None:
    """Return where the table over so many results goes; None where there is none."""
    return Path(report) if report and report != SUFFIX and results > 1 else None
