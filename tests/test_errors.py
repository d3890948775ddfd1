from __future__ import annotations

from recon_cli.errors import reason_of


def test_a_reason_is_one_line_of_bounded_length() -> None:
    assert reason_of(ValueError("it is too short\nand more")) == "it is too short"
    assert reason_of(ValueError("x" * 1000)) == "x" * 200
    assert reason_of(EOFError()) == "EOFError"
