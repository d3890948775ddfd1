from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from skimage import data

from recon_cli.engine.priors.dictionary.reweighting import Reweighting
from recon_cli.engine.result import Status
from recon_cli.errors import ReconError
from recon_cli.models.registry import find_dictionary
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.reconstruction import reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.benchmark.curves import solver_curves
from recon_cli.workflows.tune.denoising import noisy_images

CLEAN = (data.camera()[40:64, 180:204] / 255).astype(np.float32)


@pytest.mark.slow
def test_the_solvers_approach_the_same_minimum() -> None:
    noisy = CLEAN + np.float32(25 / 255) * np.random.default_rng(0).standard_normal(CLEAN.shape, np.float32)
    dictionary = find_dictionary(None, 25, once=True)
    seen: list[Status] = []
    curves, parameters = solver_curves(noisy, CLEAN, dictionary, 25, 40, "cpu", seen.append)
    assert [curve.name for curve in curves] == ["coordinate descent", "iPALM", "joint ADMM"]
    prior = DictionaryPrior(dictionary, border="paper")
    exact = reconstruct(noisy_images(noisy[None], 25), prior, Solver("full", tolerance=1e-4))
    assert exact.objective is not None
    assert parameters.beta > 0
    for curve in curves:
        assert min(curve.objectives) > exact.objective * (1 - 2e-4)
        assert curve.objectives[-1] < curve.objectives[0]
    assert curves[2].objectives[-1] == pytest.approx(exact.objective, rel=1e-2)
    assert [status.iteration for status in seen] == list(range(1, 1 + sum(len(c.psnrs) for c in curves)))


def test_a_second_minimum_has_no_curves() -> None:
    rule = Reweighting(torch.tensor(2.0), torch.full((128, 1), 0.03), torch.tensor(0.6))
    twice = replace(find_dictionary(None, 25, once=True), reweighting=rule)
    with pytest.raises(ReconError, match="minimises twice"):
        solver_curves(CLEAN, CLEAN, twice, 25, 40, "cpu")
