"""The table of docs/formats.md names the formats that there are."""

from __future__ import annotations

import re
from pathlib import Path

from recon_cli.files.images.formats import FORMATS

PAGE = Path(__file__).resolve().parents[2] / "docs/formats.md"


def test_the_table_has_every_format_with_its_suffixes_library_and_whether_it_is_written() -> None:
    rows = [
        line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines() if line[:2] == "| "
    ]
    assert [row[0] for row in rows[1:]] == [each.title for each in FORMATS]
    for (_, suffixes, library, _, written, _), each in zip(rows[1:], FORMATS, strict=True):
        assert suffixes.split() == list(each.suffixes)
        assert not each.package or library == each.package
        assert (written == "as OME-TIFF") == (each.write is None)


def test_every_format_has_a_property_test_of_what_is_kept() -> None:
    tests = [
        PAGE.parents[1] / "tests/files/images" / place for place in ("test_kept.py", "field/test_kept.py")
    ]
    held = "\n".join(path.read_text("utf-8") for path in tests)
    found = re.findall(r"^@given\((?:.|\n)*?^def test_(\w+)", held, re.MULTILINE)
    words = {word for name in found for word in name.split("_")}
    assert {each.name for each in FORMATS} <= words
