"""The comparison of two versions, on checkouts whose command does nothing but hand out given results."""

from __future__ import annotations

import importlib
import sys
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
GIVEN = {"objective": 25.5, "gap": 9e-4, "iterations": 140, "converged": True, "warnings": [], "seconds": 1.0}
IMAGE = np.linspace(0, 1, 12).reshape(3, 4)
Comparison = Callable[..., tuple[int, str]]


def _checkout(folder: Path, line: dict[str, object], image: np.ndarray = IMAGE, code: int = 0) -> Path:
    """Write a package whose command gives this line of JSON, this image, a table, a model and a report."""
    package = folder / "src" / "recon_cli"
    package.mkdir(parents=True, exist_ok=True)
    np.save(folder / "image.npy", image)
    (folder / "tuned.toml").write_text(f"lam = {line['objective']}\n")
    (folder / "table.csv").write_text(f"method,psnr,seconds\ntv,{line['objective']},{line['seconds']}\n")
    save_file({"atoms": image.astype(np.float32)}, folder / "new.safetensors", {"sigma": "[5, 50]"})
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(
        "import json, shutil, sys\n"
        "for name in ('image.npy', 'tuned.toml', 'table.csv', 'new.safetensors'):\n"
        f"    shutil.copy({str(folder)!r} + '/' + name, name)\n"
        f"print(json.dumps({line!r}))\n"
        f"print('took {line['seconds']} s', *{sorted(line)!r}, file=sys.stderr)\n"
        f"raise SystemExit({code})\n"
    )
    return folder


@pytest.fixture
def comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Comparison:
    """A function that compares what is given with what has some changes; None takes a field away."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    script = importlib.import_module("compare_versions")
    monkeypatch.setattr(script, "make_inputs", lambda folder: None)

    def compared(*options: str, code: int = 0, brighter: float = 0, **changes: object) -> tuple[int, str]:
        line = {name: value for name, value in (GIVEN | changes).items() if value is not None}
        old, new = (
            _checkout(tmp_path / "old", GIVEN),
            _checkout(tmp_path / "new", line, IMAGE + brighter, code),
        )
        argv = ["compare_versions.py", str(old), str(new), "--only", "^denoise full$", *options]
        monkeypatch.setattr(sys, "argv", argv)
        try:
            script.main()
        except SystemExit as ended:
            said = f"{ended.code} {''.join(capsys.readouterr())}"
            return (ended.code if isinstance(ended.code, int) else 1), said
        return 0, "".join(capsys.readouterr())

    return compared


@pytest.mark.parametrize(
    "changes",
    [{}, {"seconds": 2.5}, {"brighter": 9e-7}, {"gap": 9e-4 * (1 + 9e-7)}, {"more": "new"}],
)
def test_times_rounding_and_what_is_new_are_not_wrong(
    comparison: Comparison, changes: dict[str, object]
) -> None:
    code, said = comparison(**changes)
    assert code == 0, said
    assert "1 commands, 0 differ or fail: none" in said
    assert ("json/0/more is new" in said) == ("more" in changes)
    assert "is gone" not in said.replace("text that is gone", "")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"brighter": 2e-6}, ["image.npy/values differs (2.0e-06)", "new.safetensors/atoms differs"]),
        ({"brighter": np.nan}, ["image.npy/values differs (inf)"]),
        ({"gap": 9e-4 * (1 + 2e-6)}, ["json/0/gap was 0.0009, is 0.00090000"]),
        ({"iterations": 141}, ["json/0/iterations was 140, is 141"]),
        ({"converged": 1}, ["json/0/converged was True, is 1"]),
        ({"gap": None}, ["json/0/gap is gone"]),
        ({"objective": 26.0}, ["json/0/objective", "tuned.toml/lam", "table.csv/0/psnr was 25.5, is 26.0"]),
        ({"warnings": ["slow"]}, ["json/0/warnings is gone"]),
        ({"code": 3}, ["exit code/0 was 0, is 3"]),
    ],
)
def test_a_change_is_found(comparison: Comparison, changes: dict[str, object], found: list[str]) -> None:
    code, said = comparison(**changes)
    assert code == 1, said
    for words in found:
        assert f"    denoise full/{words}" in said
    assert "1 commands, 1 differ or fail: denoise full" in said


def test_lines_of_text_that_are_gone_are_told_alone(comparison: Comparison) -> None:
    code, said = comparison(gap=None, certified=9e-4, seconds=3.0)
    assert code == 1
    assert "text that is gone: took # s converged gap iterations objective seconds warnings" in said


def test_expected_changes_are_named(comparison: Comparison) -> None:
    known = ("--renamed", "^denoise (.*)/gap$=denoise \\1/certified", "--ignored", "/iterations$")
    code, said = comparison(*known, gap=None, certified=9e-4, iterations=150)
    assert code == 0, said
    assert "json/0" not in said


def test_times_are_taken_of_both(comparison: Comparison) -> None:
    code, said = comparison("--times", "2", seconds=3.0)
    assert code == 0, said
    assert "solver   1.00   3.00  3.000" in said


def test_kernels_in_one_checkout_alone_are_refused(comparison: Comparison, tmp_path: Path) -> None:
    native = tmp_path / "new" / "src" / "recon_cli" / "native"
    native.mkdir(parents=True)
    (native / "kernels.so").touch()
    code, said = comparison()
    assert code == 1
    assert "one of the checkouts lacks compiled kernels" in said


def test_the_inputs_of_all_commands_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    importlib.import_module("version_inputs").make_inputs(tmp_path)
    lists = tomllib.loads((BENCHMARKS / "compare_versions.toml").read_text())
    commands = [line.split(" ") for table in lists.values() for line in table.values()]
    read = {
        word
        for words in commands
        for before, word in pairwise(words)
        if word.endswith((".npy", ".tif")) and before not in ("-o", "--zero-filled")
    }
    assert read <= {path.name for path in tmp_path.iterdir()}
    assert {words[0] for words in commands} == {"denoise", "mri", "tune", "train", "show-atoms", "benchmark"}
