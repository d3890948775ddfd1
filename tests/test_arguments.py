from __future__ import annotations

import pytest

from recon_cli.arguments import closest, meant


@pytest.mark.parametrize(
    ("word", "found"), [("Sigma25-minimm", "sigma25-minimum"), ("raidal", "radial"), ("photo", None)]
)
def test_what_was_meant_is_the_closest_word(word: str, found: str | None) -> None:
    known = ("sigma25-minimum", "sigma5-minimum", "radial", "random")
    assert closest(word, known) == found
    assert meant(word, known) == (f" (did you mean {found}?)" if found else "")
