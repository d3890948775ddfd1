from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from recon_cli.engine.operators import NonUniform
from recon_cli.files.kspace.samples import Details, KSpace
from recon_cli.models.tuned import Tuned
from recon_cli.priors import DictionaryPrior
from recon_cli.quality.scores import Reference
from recon_cli.solver import Solver
from recon_cli.workflows.mri.readouts import ReadoutStudy, prepare_readouts
from recon_cli.workflows.tune.kspace import kspace_cases
from recon_cli.workflows.tune.samples import ReadoutSamples

from ..mri.acquisitions import coil_maps
from .objectives import photograph

SIDE, COILS, NOISE = 48, 3, 0.04
MAPS = coil_maps(COILS, SIDE, SIDE)
MAPS /= np.sqrt((np.abs(MAPS) ** 2).sum(0))


def _study(spokes: int = 30) -> ReadoutStudy:
    angles = math.pi * np.arange(spokes) * (math.sqrt(5) - 1) / 2
    along = np.arange(2 * SIDE) / 2 - SIDE / 2
    places = np.stack([along * np.sin(angles)[:, None], along * np.cos(angles)[:, None]], -1)
    operator = NonUniform(places.reshape(-1, 2), (SIDE, SIDE))
    clean = operator.forward(torch.from_numpy(MAPS * photograph(SIDE))).numpy()
    random = np.random.default_rng(0).standard_normal((2, *clean.shape)) / math.sqrt(2)
    samples = (clean + NOISE * (random[0] + 1j * random[1])).astype(np.complex64)
    details = Details(trajectory=places[None].astype(np.float32), matrix=(SIDE, SIDE))
    measured = KSpace(
        samples.reshape(1, COILS, *places.shape[:2]), None, None, (), "", "npy", None, details=details
    )
    study = prepare_readouts(measured, maps=MAPS, noise=NOISE)
    assert isinstance(study, ReadoutStudy)
    return study


def test_readouts_are_kept_out_by_places_of_the_grid_and_stand_for_all_of_it() -> None:
    study = _study()
    samples = ReadoutSamples(study.alone(0))
    plan = samples.plan(0)
    held = ~plan.used
    assert 0.03 < held.mean() < 0.2
    assert samples.radius[held].min() > 1 / 32
    inside_circle = np.hypot(*np.mgrid[-SIDE // 2 : SIDE // 2, -SIDE // 2 : SIDE // 2]) <= SIDE / 2
    assert (plan.inside + plan.outside).sum() == pytest.approx(inside_circle.sum(), rel=0.05)
    assert not (plan.outside[plan.used].any())
    assert not (plan.inside[held].any())
    left, moved = samples.without(plan)
    assert isinstance(left, ReadoutStudy)
    assert isinstance(moved, ReadoutStudy)
    np.testing.assert_array_equal(left.readouts[0], study.readouts[0][:, plan.used])
    np.testing.assert_array_equal(moved.readouts[0] - left.readouts[0] != 0, True)
    np.testing.assert_allclose(
        left.operators[0].cycles, study.operators[0].cycles[torch.from_numpy(plan.used)]
    )


def test_what_an_image_has_in_the_places_of_readouts_is_what_was_measured() -> None:
    samples = ReadoutSamples(_study().alone(0))
    left = samples.predicted(photograph(SIDE)) - samples.values
    assert math.sqrt(float((np.abs(left) ** 2).mean())) == pytest.approx(NOISE, rel=0.05)


def test_the_estimated_error_of_readouts_is_close_to_the_true_one() -> None:
    truth = Reference(photograph(SIDE)[None], 1.0)
    study = _study()
    (case,) = kspace_cases(study, truth, "holdout")
    prior = DictionaryPrior(model="sigma25-minimum")
    usual = prior.usual("mri", case.measurement.sigma, "settled", case.measurement.weight)
    for factor in (0.5, 3):
        trial = case.evaluate(prior.at(Tuned(usual.beta * factor, usual.lam)), Solver(max_iterations=60))
        estimated = -10 * np.log10(COILS * trial.values[0] / study.scale**2)
        assert estimated == pytest.approx(trial.psnrs[0], abs=1.5)
