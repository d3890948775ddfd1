from __future__ import annotations

import json
from pathlib import Path

import pytest

from recon_cli.files.parameters import Parameters
from recon_cli.reporting.tune_table import print_tune_table, tune_line
from recon_cli.workflows.tune.criteria import CRITERIA

from .found import found


@pytest.mark.parametrize(("name", "first"), [("psnr", "28.000"), ("sure", "0.001")])
def test_the_best_comes_first_and_what_was_given_up_not_at_all(
    capsys: pytest.CaptureFixture[str], name: str, first: str
) -> None:
    criterion = CRITERIA[name]
    print_tune_table(found(criterion.larger), criterion)
    out, err = capsys.readouterr()
    assert out == ""
    rows = [line for line in err.splitlines() if line.startswith("│")]
    assert first in rows[0]
    assert len(rows) == 12
    assert "16 evaluations, 400 iterations, 4 given up early" in err
    assert "tol" not in err


def test_a_tolerance_has_a_column(capsys: pytest.CaptureFixture[str]) -> None:
    print_tune_table(found(tol=0.11), CRITERIA["psnr"])
    assert "tol" in capsys.readouterr().err


def test_the_line_of_json_holds_the_outcome() -> None:
    tuned = Parameters(
        "denoise", "model", "full", "mine", {"beta": 0.2, "lam": 2e-4}, None, 25.0, "psnr", 28.0, ("a.png",)
    )
    line = tune_line(found(), tuned, Path("t.toml"), Path("t.png"), Path("t.jsonl"))
    assert "\n" not in line
    fields = json.loads(line)
    assert fields["beta"] == 0.2
    assert fields["evaluations"] == 16
    assert fields["rejected"] == 4
    assert fields["iterations"] == 400
    assert (fields["output"], fields["figure"], fields["log"]) == ("t.toml", "t.png", "t.jsonl")
