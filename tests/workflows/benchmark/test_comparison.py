from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.executor import Executor
from recon_cli.priors.prior import Used
from recon_cli.priors.zero_filling import ZeroFilling
from recon_cli.quality.metrics import psnr, ssim
from recon_cli.reconstruction import Reconstruction
from recon_cli.reporting.benchmark_table import benchmark_cells, benchmark_numbers
from recon_cli.solver import Solver
from recon_cli.workflows.benchmark.comparison import Row, Score, compare
from recon_cli.workflows.benchmark.methods import ComparedMethod
from recon_cli.workflows.benchmark.simulations import NoisyImage, Simulation

CLEAN = np.random.default_rng(0).random((2, 12, 11), np.float32)


SIMULATIONS = [
    NoisyImage(f"{image}.png", image, draw, CLEAN[image], 25) for draw in (0, 1) for image in (0, 1)
]


@dataclass(frozen=True)
class _Method(ComparedMethod):
    calls: list[str] = field(default_factory=list)
    broken: bool = False

    def reconstruct(self, simulation: Simulation) -> Reconstruction:
        self.calls.append(self.name)
        if self.broken and len(self.calls) > 2:
            raise KeyboardInterrupt
        gap, used = 0.25 * len(self.calls) if self.name == "a" else None, Used("tv", "tv", {"weight": 0.1})
        return Reconstruction(simulation.measure().data.numpy(), 3, None, gap, True, (used,), 0.5, "cpu")


def _method(name: str, calls: list[str], broken: bool = False) -> ComparedMethod:
    return _Method(name, f"mark of {name}", ZeroFilling(), Solver(), calls=calls, broken=broken)


def _noisy(simulation: NoisyImage) -> np.ndarray:
    return simulation.measure().data[0].numpy()


def _run(
    names: str, log: Path | None = None, resume: bool = False, broken: bool = False
) -> tuple[list[Row], list[str]]:
    calls: list[str] = []
    methods = [_method(name, calls, broken) for name in names]
    return compare(methods, SIMULATIONS, {"sigma": 25}, log, resume), calls


def test_means_are_over_images_and_draws_and_spreads_over_draws() -> None:
    (row,), _ = _run("a")
    each = [[psnr(_noisy(s), s.clean) for s in SIMULATIONS if s.draw == d] for d in (0, 1)]
    assert row.mean("psnr") == pytest.approx(np.mean(each))
    assert row.spread("psnr") == pytest.approx(abs(np.mean(each[0]) - np.mean(each[1])) / 2**0.5)
    assert row.mean("ssim") == pytest.approx(np.mean([ssim(_noisy(s), s.clean) for s in SIMULATIONS]))
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
    renamed = [replace(s, image={"0.png": "1.png", "1.png": "2.png"}[s.image]) for s in SIMULATIONS]
    again = compare([_method("a", calls)], renamed, {"sigma": 25}, log, resume=True)
    assert (again, calls) == (rows, [])
    with pytest.raises(ReconError, match="written for other images or settings"):
        compare([_method("a", calls)], SIMULATIONS[1::-1], {"sigma": 25}, log, resume=True)


def test_draws_may_be_added(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    calls: list[str] = []
    compare([_method("a", calls)], SIMULATIONS[:2], {}, log)
    rows = compare([_method("a", calls)], SIMULATIONS, {}, log, resume=True)
    assert calls == ["a"] * 4
    assert rows[0].spread("psnr") is not None


def test_a_perfect_score_comes_back(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    perfect = [replace(simulation, sigma=0) for simulation in SIMULATIONS[:2]]
    first, again = (compare([_method("b", [])], perfect, {}, log, resume=True) for _ in range(2))
    assert first == again
    assert again[0].mean("psnr") == np.inf


def test_a_log_of_other_settings_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    _run("a", log)
    with pytest.raises(ReconError, match="written for other images or settings"):
        compare([_method("a", [])], SIMULATIONS, {"sigma": 5}, log, resume=True)
    log.write_text(log.read_text() + '{"method": 1}\n')
    with pytest.raises(ReconError, match="no log of recon benchmark, or damaged"):
        _run("a", log, resume=True)


@pytest.mark.slow
def test_processes_give_what_this_process_gives() -> None:
    methods = [ComparedMethod("zeros", "mark", ZeroFilling(), Solver())]
    with Executor(2) as executor:
        several = compare(methods, SIMULATIONS, {}, executor=executor)
    scores: list[Score] = []
    (row,) = compare(methods, SIMULATIONS, {}, callback=lambda *told: scores.append(told[-1]))
    assert [s.psnr for draw in several[0].scores for s in draw] == [s.psnr for s in scores]
    assert row.name == "zeros"


def test_cells_of_tables() -> None:
    rows, _ = _run("ab")
    head, first, second = benchmark_cells(rows)
    assert head[:2] == ["method", "PSNR (dB)"]
    assert first[0] == "a"
    assert first[1].startswith(f"{rows[0].mean('psnr'):.2f} ± ")
    assert (first[-1], second[-1]) == ("1.0e+00", "")
    assert float(benchmark_numbers(rows)[1][1]) == rows[0].mean("psnr")
    single = compare([_method("a", [])], SIMULATIONS[:2], {})
    assert "±" not in benchmark_cells(single)[1][1]
