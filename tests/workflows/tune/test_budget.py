from __future__ import annotations

import math

import pytest

from recon_cli.errors import ReconError
from recon_cli.workflows.tune.budget import Budget, parse_budget


def test_evaluations_and_time_are_read() -> None:
    assert parse_budget("30").evaluations == 30
    assert parse_budget("10min").seconds == 600
    assert parse_budget(" 0.5 min ").seconds == 30
    assert parse_budget(None).left(10**9) == math.inf


def test_what_is_left() -> None:
    assert Budget(evaluations=30).left(28) == 2
    assert Budget(seconds=0).left(0) == 0
    assert Budget(seconds=600).left(5) == math.inf


@pytest.mark.parametrize("text", ["", "0", "-3", "0min", "1.5", "ten", "10h", "inf"])
def test_a_bad_budget_is_one_sentence(text: str) -> None:
    with pytest.raises(ReconError, match="--budget has to be") as caught:
        parse_budget(text)
    assert caught.value.exit_code == 2
