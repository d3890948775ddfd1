"""The first numbers of the tutorial of the micrograph are right."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from ..cli.run import recon_here

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "tutorials" / "micrograph.md"
PAGES = runpy.run_path(str(DOCS / "pages.py"))


def test_the_usual_parameters_give_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(DOCS.parent / "examples")
    blocks = PAGES["blocks"](PAGE)
    exec(next(block.code for block in blocks if block.language == "python"), {})
    lines = [line for block in blocks if block.language == "bash" for line in PAGES["lines"](block)]
    (words,) = [words for line in lines for words in PAGES["commands"](line) if "usual.png" in words]
    done = recon_here(*words)
    assert done.exit_code == 0, done.stderr
    found = re.search(r"PSNR\s+(\S+) dB", done.stderr)
    said = re.search(r"gives (\S+) dB with the usual parameters", PAGE.read_text("utf-8"))
    assert found is not None
    assert said is not None
    assert float(found[1]) == pytest.approx(float(said[1]), abs=0.1)
