from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from recon_cli.workflows.benchmark.contest import Case, Contestant, Reconstruction, Row, contest

from recon_cli.errors import ReconError
from recon_cli.quality.metrics import psnr, ssim
from recon_cli.reporting.benchmark_table import benchmark_cells, benchmark_numbers

CLEAN = np.random.default_rng(0).random((2, 12, 11), np.float32)


def _case(image: int, draw: int) -> Case:
    noise = np.random.default_rng(10 * image + draw).standard_normal(CLEAN[0].shape).astype(np.float32)
    return Case(f"{image}.png", draw, CLEAN[image], lambda: CLEAN[image] + np.float32(0.1) * noise)


CASES = [_case(image, draw) for draw in (0, 1) for image in (0, 1)]


def _contestant(name: str, calls: list[str], broken: bool = False) -> Contestant:
    def reconstruct(data: np.ndarray, clean: np.ndarray) -> Reconstruction:
        calls.append(name)
        if broken and len(calls) > 2:
            raise KeyboardInterrupt
        return Reconstruction(data, 0.5, 3, 0.25 * len(calls) if name == "a" else None, {"weight": 0.1})

    return Contestant(name, f"mark of {name}", reconstruct)


def _run(
    names: str, log: Path | None = None, resume: bool = False, broken: bool = False
) -> tuple[list[Row], list[str]]:
    calls: list[str] = []
    contestants = [_contestant(name, calls, broken) for name in names]
    return contest(contestants, CASES, {"sigma": 25}, log, resume), calls


def test_means_are_over_images_and_draws_and_spreads_over_draws() -> None:
    (row,), _ = _run("a")
    each = [[psnr(case.measure(), case.clean) for case in CASES if case.draw == d] for d in (0, 1)]
    assert row.mean("psnr") == pytest.approx(np.mean(each))
    assert row.spread("psnr") == pytest.approx(abs(np.mean(each[0]) - np.mean(each[1])) / 2**0.5)
    assert row.mean("ssim") == pytest.approx(np.mean([ssim(c.measure(), c.clean) for c in CASES]))
    assert (row.mean("iterations"), row.mean("seconds"), row.gap) == (3, 0.5, 1.0)


def test_an_interrupted_run_goes_on_with_the_same_result(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    with pytest.raises(KeyboardInterrupt):
        _run("ab", log, broken=True)
    assert len(log.read_text().splitlines()) == 3
    assert json.loads(log.read_text().splitlines()[1])["parameters"] == {"weight": 0.1}
    rows, calls = _run("ab", log, resume=True)
    assert calls == ["a", "a", "b", "b", "b", "b"]
    assert rows[0].mean("psnr") == _run("ab")[0][0].mean("psnr")
    assert _run("cba", log, resume=True)[1] == ["c"] * 4


def test_a_log_goes_by_images_and_not_by_their_names(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    calls: list[str] = []
    rows, _ = _run("a", log)
    renamed = [replace(case, image={"0.png": "1.png", "1.png": "2.png"}[case.image]) for case in CASES]
    again = contest([_contestant("a", calls)], renamed, {"sigma": 25}, log, resume=True)
    assert (again, calls) == (rows, [])
    with pytest.raises(ReconError, match="written for other images or settings"):
        contest([_contestant("a", calls)], CASES[1::-1], {"sigma": 25}, log, resume=True)


def test_draws_may_be_added(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    calls: list[str] = []
    contest([_contestant("a", calls)], CASES[:2], {}, log)
    rows = contest([_contestant("a", calls)], CASES, {}, log, resume=True)
    assert calls == ["a"] * 4
    assert rows[0].spread("psnr") is not None


def test_a_perfect_score_comes_back(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    perfect = [replace(case, measure=lambda clean=case.clean: clean) for case in CASES[:2]]  # type: ignore[misc]
    first, again = (contest([_contestant("b", [])], perfect, {}, log, resume=True) for _ in range(2))
    assert first == again
    assert again[0].mean("psnr") == np.inf


def test_a_log_of_other_settings_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    _run("a", log)
    with pytest.raises(ReconError, match="written for other images or settings"):
        contest([_contestant("a", [])], CASES, {"sigma": 5}, log, resume=True)
    log.write_text(log.read_text() + '{"method": 1}\n')
    with pytest.raises(ReconError, match="no log of recon benchmark, or damaged"):
        _run("a", log, resume=True)


def test_cells_of_tables() -> None:
    rows, _ = _run("ab")
    head, first, second = benchmark_cells(rows)
    assert head[:2] == ["method", "PSNR (dB)"]
    assert first[0] == "a"
    assert first[1].startswith(f"{rows[0].mean('psnr'):.2f} ± ")
    assert (first[-1], second[-1]) == ("1.0e+00", "")
    assert float(benchmark_numbers(rows)[1][1]) == rows[0].mean("psnr")
    single = contest([_contestant("a", [])], CASES[:2], {})
    assert "±" not in benchmark_cells(single)[1][1]
