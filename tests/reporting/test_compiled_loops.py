from __future__ import annotations

import json
from pathlib import Path

import pytest

from recon_cli.engine.native import loading
from recon_cli.engine.native.loading import Kernels

from ..cli.run import recon_here

ABSENT = Kernels(None, "it is a test")
MODEL = ["--max-iter", "2", "--device", "cpu"]
TV = ["--method", "tv", *MODEL]


def _said(folder: Path, command: list[object]) -> tuple[str | None, list[str]]:
    """Return the field of JSON, and the rows of the report on them."""
    done = recon_here(*command, "--json", "-o", folder / "out.npy", "--overwrite")
    assert done.exit_code == 0, done.stderr
    rows = [line.split("  ")[-1] for line in done.stderr.splitlines() if line.startswith("compiled loops")]
    return json.loads(done.stdout)["compiled_loops"], rows


def _commands(folder: Path) -> list[list[object]]:
    kspace = folder / "kspace.npy"
    done = recon_here("mri", "--simulate", folder / "clean.png", "--mask", "radial", "-o", kspace)
    assert done.exit_code == 0, done.stderr
    return [["denoise", folder / "noisy.png", "--sigma", 25], ["mri", kspace]]


@pytest.mark.parametrize("absent", [False, True])
def test_reports_say_whether_the_loops_were_in_use_and_why_not(
    photograph: Path, monkeypatch: pytest.MonkeyPatch, absent: bool
) -> None:
    if absent:
        monkeypatch.setattr(loading, "kernels", lambda: ABSENT)
    elif loading.kernels().absence:
        pytest.skip("the kernels were not compiled")
    expected = "not in use (it is a test)" if absent else "in use"
    for command in _commands(photograph):
        assert _said(photograph, [*command, *MODEL]) == (expected, [expected])


def test_a_method_without_loops_over_patches_says_nothing(photograph: Path) -> None:
    for command in _commands(photograph):
        assert _said(photograph, [*command, *TV]) == (None, [])
