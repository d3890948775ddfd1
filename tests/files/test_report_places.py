from __future__ import annotations

from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.report_places import plan_reports, table_place

RESULTS = [Path("out/a.ome.tif"), Path("b.nii.gz")]


def test_one_result_has_a_page_and_several_have_a_table_and_pages_beside_them() -> None:
    beside = [Path("out/a_report.html"), Path("b_report.html")]
    assert plan_reports(RESULTS, None) == [None, None]
    assert plan_reports(RESULTS[:1], "page.html") == [Path("page.html")]
    assert plan_reports(RESULTS[:1], ".html") == beside[:1]
    assert plan_reports([None], "page.HTML") == [Path("page.HTML")]
    assert plan_reports(RESULTS, "table.html") == plan_reports(RESULTS, ".html") == beside
    assert [table_place(report, 2) for report in ("table.html", ".html", None)] == [
        Path("table.html"),
        None,
        None,
    ]
    assert table_place("page.html", 1) is None


@pytest.mark.parametrize(
    ("results", "report", "said"),
    [
        ([Path("a.png")], "page.pdf", "the name of a report has to end in .html"),
        ([None], ".html", "standard output has no name; give --report the name of a file"),
    ],
)
def test_what_cannot_be_a_page_is_refused(results: list[Path | None], report: str, said: str) -> None:
    with pytest.raises(ReconError, match=said) as refused:
        plan_reports(results, report)
    assert refused.value.exit_code == 2
