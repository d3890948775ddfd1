from __future__ import annotations

import re
import sys

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_cli.errors import ReconError
from recon_cli.workflows.memory import amount, give_back, parse_memory, usual_memory


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("2GiB", 2**31),
        ("500M", 500 * 2**20),
        (" 1.5 gb ", 3 * 2**29),
        ("4096", 4096),
        ("8k", 8192),
        ("1T", 2**40),
    ],
)
def test_amounts_are_read(text: str, size: int) -> None:
    assert parse_memory(text) == size


@given(st.text(max_size=6))
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    if re.fullmatch(r"\s*\d+(\.\d*)?\s*([kmgt]?i?b?)?\s*", text, re.IGNORECASE):
        return
    with pytest.raises(ReconError, match="--memory takes an amount") as caught:
        parse_memory(text)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", ["", "-1G", "0", "2 apples", "GiB", "1e9", "nan"])
def test_no_amounts(text: str) -> None:
    with pytest.raises(ReconError, match="--memory takes an amount"):
        parse_memory(text)


def test_the_usual_amount_is_a_part_of_what_is_free() -> None:
    assert 2**26 < usual_memory("cpu") <= psutil.virtual_memory().total / 2


@pytest.mark.parametrize(
    ("size", "said"),
    [(2**31, "2 GiB"), (300 * 2**20, "300 MiB"), (5 * 2**39, "2.5 TiB"), (4096, "4096 bytes")],
)
def test_amounts_are_written(size: int, said: str) -> None:
    assert amount(size) == said


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is to be given back")
def test_what_is_freed_goes_back_to_the_system() -> None:
    """Small pieces with a kept one behind them: the C library would not give them back by itself."""
    process, pieces = psutil.Process(), [bytearray(100_000) for _ in range(1000)]
    kept = bytearray(100_000)
    del pieces
    before = process.memory_info().rss
    give_back()
    assert before - process.memory_info().rss > 50e6
    assert len(kept) == 100_000
