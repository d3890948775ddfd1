from __future__ import annotations

import json
import math

from recon_cli.reporting.json_line import json_line, peak_memory


def test_numbers_that_are_not_finite_are_null() -> None:
    line = json_line(
        {"a": math.inf, "b": math.nan, "c": 1.5, "d": [1, {"g": -math.inf}], "e": None, "f": "x"}
    )
    assert json.loads(line) == {"a": None, "b": None, "c": 1.5, "d": [1, {"g": None}], "e": None, "f": "x"}
    assert "\n" not in line


def test_the_peak_of_memory_only_grows() -> None:
    before = peak_memory()
    ballast = bytearray(2**26)
    after = peak_memory()
    assert before is not None
    assert after is not None
    assert after >= before > 10
    assert len(ballast) == 2**26
