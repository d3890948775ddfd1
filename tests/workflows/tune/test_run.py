from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.models.tuned import Tuned
from recon_cli.quality.metrics import psnr
from recon_cli.workflows.denoising.denoise import DenoiseOptions, denoise
from recon_cli.workflows.tune.budget import Budget
from recon_cli.workflows.tune.criteria import CRITERIA
from recon_cli.workflows.tune.evaluation import Evaluation, Subject
from recon_cli.workflows.tune.grid import Axis, Grid
from recon_cli.workflows.tune.parallel import Workers
from recon_cli.workflows.tune.run import Found, Search, caveats, choose_grid, tune, usual

from .subjects import denoising, dictionary

START = Tuned(0.4, 3e-4)
SMALL = Search(START, Grid(Axis(0.2, 0.8, 2), Axis(2e-4, 6e-4, 3)), Budget(evaluations=8))


def _tune(subject: Subject, search: Search, **more: object) -> Found:
    return tune(subject, dictionary(), search, {"sigma": 25}, **more)  # type: ignore[arg-type]


def test_coarse_to_fine_is_as_good_as_an_exhaustive_fine_grid() -> None:
    """Within 0.01 dB, both judged by the certified minimum."""
    subject = denoising(side=24)
    found = _tune(
        subject, Search(START, Grid(Axis(0.3, 1.2, 3), Axis(1.5e-4, 6e-4, 3)), Budget(evaluations=60))
    )

    case = subject.cases[0]
    noisy, clean = case.arrays()

    def quality(beta: float, lam: float) -> float:
        options = DenoiseOptions(beta=beta, lam=lam, tolerance=5e-3)
        return psnr(denoise(noisy, dictionary(), 25, options).images[0], clean[0])

    best = found.best.parameters
    fine = [
        quality(beta, best.beta * best.lam * ratio / beta)
        for beta in best.beta * 1.2 ** np.arange(-2, 3)
        for ratio in (0.9, 1.0, 1.1)
    ]
    assert quality(best.beta, best.lam) > max(fine) - 0.01


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


def test_two_processes_write_the_same_bytes_as_one(tmp_path: Path) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    first = _tune(denoising(), replace(SMALL, log=one))
    second = _tune(denoising(), replace(SMALL, log=two, jobs=2))
    assert first == second
    assert one.read_bytes() == two.read_bytes()


def test_a_log_of_other_images_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    short = replace(SMALL, log=path, budget=Budget(evaluations=1))
    _tune(denoising(), short)
    with pytest.raises(ReconError, match="other images or settings"):
        _tune(denoising(side=21), replace(short, resume=True))


def test_less_than_one_process_is_refused() -> None:
    with pytest.raises(ReconError, match="--jobs has to be at least 1, and is 0"):
        Workers(denoising(), 0)


def test_ranges_that_are_not_given_lie_around_what_is_usual() -> None:
    grid = choose_grid(START, None, None, CRITERIA["psnr"])
    assert grid.betas.low < 0.4 < grid.betas.high
    assert grid.lams.low < 3e-4 < grid.lams.high
    chosen = choose_grid(START, Axis(1, 2, 3), Axis(1e-4, 1e-3, 4), CRITERIA["psnr"])
    assert chosen == Grid(Axis(1, 2, 3), Axis(1e-4, 1e-3, 4))


def test_the_discrepancy_fixes_lam_or_warns() -> None:
    criterion = CRITERIA["discrepancy"]
    alone = choose_grid(START, None, None, criterion)
    assert alone.lams == Axis(3e-4, 3e-4, 1)
    assert caveats(criterion, alone) == []
    both = choose_grid(START, None, Axis(1e-4, 1e-3, 4), criterion)
    assert "one equation for two parameters" in caveats(criterion, both)[0]
    assert caveats(CRITERIA["psnr"], both) == []


def test_what_is_usual_is_the_dictionarys_or_a_guess() -> None:
    known = dictionary()
    assert usual("denoise", "full", known, 25) == known.tuned["full"]
    assert usual("mri", "full", known, 25) == known.tuned["mri-full"]
    assert usual("mri", "full", replace(known, tuned={}), 25).lam > 0
