from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.executor import Executor
from recon_cli.models.tuned import Tuned
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.priors.ridge import RidgePrior
from recon_cli.priors.total_variation import TotalVariationPrior
from recon_cli.solver import Solver
from recon_cli.workflows.tune.budget import Budget
from recon_cli.workflows.tune.criteria import CRITERIA
from recon_cli.workflows.tune.evaluation import Evaluation, Objective
from recon_cli.workflows.tune.grid import Axis, Grid
from recon_cli.workflows.tune.run import Search, SearchResult, caveats, choose_grid, tune

from ...helpers import smoothed_variation
from .objectives import denoising, dictionary, model

START = Tuned(0.4, 3e-4)


def _grid(betas: Axis, lams: Axis) -> Grid:
    return Grid({"beta": betas, "lam": lams})


SMALL = Search(START, _grid(Axis(0.2, 0.8, 2), Axis(2e-4, 6e-4, 3)), Budget(evaluations=8))


def _tune(objective: Objective, search: Search, **more: object) -> SearchResult:
    return tune(objective, search, {"sigma": 25}, **more)  # type: ignore[arg-type]


@pytest.mark.slow
def test_coarse_to_fine_is_as_good_as_an_exhaustive_fine_grid() -> None:
    """Within 0.01 dB, both judged by the certified minimum."""
    objective = denoising(side=24)
    found = _tune(
        objective, Search(START, _grid(Axis(0.3, 1.2, 3), Axis(1.5e-4, 6e-4, 3)), Budget(evaluations=60))
    )

    case = objective.cases[0]

    def quality(beta: float, lam: float) -> float:
        return case.evaluate(model().at(Tuned(beta, lam)), Solver("full", tolerance=5e-3)).psnrs[0]

    best = found.best.strengths
    assert isinstance(best, Tuned)
    fine = [
        quality(beta, best.beta * best.lam * ratio / beta)
        for beta in best.beta * 1.2 ** np.arange(-2, 3)
        for ratio in (0.9, 1.0, 1.1)
    ]
    assert quality(best.beta, best.lam) > max(fine) - 0.01


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_log(tmp_path: Path) -> None:
    path, other = tmp_path / "whole.jsonl", tmp_path / "killed.jsonl"
    whole = _tune(denoising(), replace(SMALL, log=path))

    class KilledError(Exception):
        pass

    seen = []

    def kill(evaluation: Evaluation, best: Evaluation | None) -> None:
        seen.append(evaluation)
        if len(seen) == 5:
            raise KilledError

    with pytest.raises(KilledError):
        _tune(denoising(), replace(SMALL, log=other), callback=kill)
    with other.open("ab") as file:
        file.write(b'{"beta": 0.4, "la')
    again = _tune(denoising(), replace(SMALL, log=other, resume=True))
    assert again == whole
    assert other.read_bytes() == path.read_bytes()


@pytest.mark.slow
def test_two_processes_write_the_same_bytes_as_one(tmp_path: Path) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    first = _tune(denoising(), replace(SMALL, log=one))
    with Executor(2) as executor:
        second = _tune(denoising(), replace(SMALL, log=two), executor=executor)
    assert first == second
    assert one.read_bytes() == two.read_bytes()


def test_a_log_of_other_images_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    short = replace(SMALL, log=path, budget=Budget(evaluations=1))
    _tune(denoising(), short)
    with pytest.raises(ReconError, match="other images or settings"):
        _tune(denoising(side=21), replace(short, resume=True))


def test_ranges_that_are_not_given_lie_around_what_is_usual() -> None:
    grid = choose_grid(START, {}, CRITERIA["psnr"])
    assert grid.axes["beta"].low < 0.4 < grid.axes["beta"].high
    assert grid.axes["lam"].low < 3e-4 < grid.axes["lam"].high
    ranges = {"beta": Axis(1, 2, 3), "lam": Axis(1e-4, 1e-3, 4)}
    assert choose_grid(START, ranges, CRITERIA["psnr"]) == _grid(Axis(1, 2, 3), Axis(1e-4, 1e-3, 4))


def test_the_discrepancy_fixes_lam_or_warns() -> None:
    criterion = CRITERIA["discrepancy"]
    alone = choose_grid(START, {}, criterion)
    assert alone.axes["lam"] == Axis(3e-4, 3e-4, 1)
    assert caveats(START, alone, criterion) == []
    both = choose_grid(START, {"lam": Axis(1e-4, 1e-3, 4)}, criterion)
    assert "one equation for two parameters; fix one, as --lams 0.0003" in caveats(START, both, criterion)[0]
    assert caveats(START, None, criterion)
    assert caveats(START, both, CRITERIA["psnr"]) == []
    weight = TotalVariationPrior().usual("denoise", 25, "full")
    alone = choose_grid(weight, {}, criterion)
    assert alone.axes["weight"].count > 1
    assert caveats(weight, alone, criterion) == []


def test_what_is_usual_is_the_dictionarys_or_a_guess() -> None:
    known = dictionary()
    assert model().usual("denoise", 25, "full") == known.tuned["denoise", "full"]
    assert model().usual("mri", None, "full") == known.tuned["mri", "full"]
    assert DictionaryPrior(replace(known, tuned={})).usual("mri", None, "full").lam > 0


@pytest.mark.parametrize(
    ("prior", "grid"),
    [
        (RidgePrior(smoothed_variation()), Grid({"lam": Axis(2.0, 32.0, 3), "mu": Axis(0.5, 2.0, 2)})),
        (TotalVariationPrior(), Grid({"weight": Axis(0.01, 0.2, 3)})),
    ],
)
def test_other_priors_are_tuned_as_well(prior: RidgePrior | TotalVariationPrior, grid: Grid) -> None:
    """To about what is known to suit, and better than where the search begins."""
    objective = denoising(prior=prior)
    start = prior.usual("denoise", 25, "full")
    found = tune(objective, Search(start, grid, Budget(evaluations=60)), {})
    assert found.ended
    (usual,) = objective.cases[0].evaluate(prior, Solver()).values
    assert found.best.value > usual - 0.01
    assert found.best.value > max(e.value for e in found.evaluations[:3]) + 0.01
    assert not any(e.rejected for e in found.evaluations)
    climbed = tune(objective, Search(start, None, Budget()), {})
    assert climbed.best.value == pytest.approx(found.best.value, abs=0.05)
