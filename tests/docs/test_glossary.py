from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"


def test_the_words_stand_in_their_order_and_once() -> None:
    rows = re.findall(r"^\| (.*?) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    words = [word.replace("`", "").strip().lower() for word in rows]
    assert words[0] == "word"
    assert words[1:] == sorted(set(words[1:]))
