from __future__ import annotations

import csv
from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.tables import write_table

ROWS = [["method", "PSNR"], ["a_b, c | d~^\\", "1 ± 2"]]


def test_csv_comes_back(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", ROWS)
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == ROWS


def test_markdown_and_latex_escape_their_signs(tmp_path: Path) -> None:
    write_table(tmp_path / "t.md", ROWS)
    assert (tmp_path / "t.md").read_text("utf-8") == (
        "| method | PSNR |\n| --- | ---: |\n| a_b, c \\| d~^\\ | 1 ± 2 |\n"
    )
    write_table(tmp_path / "t.tex", ROWS)
    text = (tmp_path / "t.tex").read_text("utf-8")
    name = r"a\_b, c | d\textasciitilde{}\textasciicircum{}\textbackslash{}"
    assert rf"{name} & 1 $\pm$ 2 \\" in text
    assert text.startswith("\\begin{tabular}{lr}\n\\toprule")


def test_other_suffixes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match=r"its name has to end in \.csv, \.md, \.tex"):
        write_table(tmp_path / "t.xlsx", ROWS)
