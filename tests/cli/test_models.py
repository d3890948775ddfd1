from __future__ import annotations

import json
import re

import pytest

from recon_cli.files.bundled_models import manifest

from .run import recon_here


def test_every_bundled_model_is_listed_with_what_was_measured() -> None:
    done = recon_here("models")
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80  # of a usual terminal
    named = {line.split()[0]: line for line in lines[1 : lines.index("")]}
    assert set(named) == set(manifest())
    # only what was measured stands without a mark
    for name, entry in manifest().items():
        levels = entry["levels"]
        rows = levels.get("full", []) if isinstance(levels, dict) else levels
        measured = {f"{row['psnr']:.2f}" for row in rows}
        assert set(re.findall(r"(?<![~\d.])\d\d\.\d\d(?!\d)", named[name])) <= measured, name


@pytest.mark.slow
def test_the_models_as_json_hold_the_measured_levels_and_where_they_are_taken() -> None:
    models = {each["name"]: each for each in json.loads(recon_here("models", "--json").stdout)["models"]}
    assert models["adaptive"]["measured"] == [
        {"sigma": level["sigma"], "psnr": level["psnr"]} for level in manifest()["adaptive"]["levels"]["full"]
    ]
    low, high = models["adaptive"]["taken"]
    assert low < 15 < 50 < high
    assert models["sigma5-reweighted"]["taken"] is None
    assert models["crr-sigma25"]["kind"] == "ridge regulariser"
