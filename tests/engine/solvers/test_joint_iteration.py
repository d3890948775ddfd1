from __future__ import annotations

import pytest
import torch

from recon_cli.engine.domain import Box, UnitDisc
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import CoilMaps, Crop, Fourier, Identity
from recon_cli.engine.operators.kernels import gaussian
from recon_cli.engine.priors.dictionary.problem import PatchProblem
from recon_cli.engine.solvers.joint_admm import joint_admm
from recon_cli.engine.solvers.joint_iteration import JointIteration
from recon_cli.engine.solvers.split import IMAGE, PROOF, SHORT, Split
from recon_cli.workflows.images.blurred import BlurredCamera
from recon_cli.workflows.images.simulation import simulate
from recon_cli.workflows.seen import seen_by

from ...helpers import (
    normal,
    random_dictionary,
    random_images,
    random_maps,
    random_mask,
    random_problem,
    relative,
    with_data,
)
from ..operators.every import Times


def test_data_far_outside_the_set_are_in_the_first_multiplier_where_the_image_has_the_data_term() -> None:
    operator = Times((11, 13), 1.0)
    data = random_images(1, 11, 13)
    problem = PatchProblem.create(Measurement(operator, data), random_dictionary(4, 20), 0.7, 0.01)
    assert not bool(JointIteration.of(problem).box_dual.any())
    data = data.clone()
    data[0, 3, 4], data[0, 5, 5] = 1e4, -1e5
    multiplier = JointIteration.of(with_data(problem, data)).box_dual
    assert multiplier.nonzero().tolist() == [[0, 3, 4], [0, 5, 5]]
    assert float(multiplier[0, 3, 4]) == pytest.approx((1e4 - 1) / 0.3)
    assert float(multiplier[0, 5, 5]) == pytest.approx(-1e5 / 0.3)


def test_data_far_outside_the_set_are_met_at_once_where_the_copy_has_the_data_term() -> None:
    problem = random_problem()
    data = problem.measurement.data.clone()
    data[0, 3, 4], data[0, 5, 5] = 1e4, -1e5
    iteration = JointIteration.of(with_data(problem, data))
    iteration.update_image()
    assert (float(iteration.box[0, 3, 4]), float(iteration.box[0, 5, 5])) == (1, 0)


@pytest.mark.parametrize("parts", [1, 2])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("operator", ["identity", "crop", "fourier"])
def test_on_a_periodic_grid_the_image_system_is_solved_at_once(
    operator: str, stride: int, parts: int
) -> None:
    shape = (12, 10)
    made = {
        "identity": Identity(shape),
        "crop": Crop((8, 5), 2, (0, 1)),
        "fourier": Fourier(random_mask(*shape)),
    }[operator]
    domain = UnitDisc() if parts == 2 else Box()
    truth = torch.complex(normal(1, *shape), normal(1, *shape, seed=1)) if parts == 2 else normal(1, *shape)
    measurement = Measurement(made, made.forward(truth), domain)
    problem = PatchProblem.create(
        measurement, random_dictionary(4, 20), 0.7, 0.01, "mean-free", stride, "periodic"
    )
    system, right = JointIteration.of(problem).system, normal(parts, *shape, seed=2)
    pull = (lambda x: -measurement.normal(x)) if operator == "fourier" else None
    x = system.solve(right, torch.zeros_like(right), pull)
    again = system.split_penalty * x + problem.beta * system.matrices.overlap(x)
    if operator == "fourier":
        again += measurement.normal(x)
    assert relative(again, right) < 1e-10


@pytest.mark.parametrize("seen", ["blurred", "coils"])
def test_in_single_precision_images_settle_where_the_data_count_far_more_than_the_prior(seen: str) -> None:
    """Else rounding of large data moves the image for ever where they say little of it."""
    problem = _with_heavy_data(seen)
    changes = []
    for each in (problem, problem.double()):
        iteration = JointIteration.of(each, IMAGE)
        for _ in range(150):
            iteration.advance()
        before = iteration.box
        iteration.advance()
        changes.append(float((iteration.box - before).square().mean().sqrt()))
    assert changes[0] < 2.5 * changes[1]


def _with_heavy_data(seen: str) -> PatchProblem:
    shape = (36, 36)
    clean = 0.3 + 0.5 * random_images(1, *shape, contrast=0.7).float()
    if seen == "blurred":
        camera = BlurredCamera(kernel=gaussian(1.6))
        data = simulate(clean[0].numpy(), camera, 0.5)
        measurement = seen_by(camera, data, None, 0.5).measurement
        return PatchProblem.create(
            measurement, random_dictionary(10, 128).float(), 3.0, 2e-4, "mean-free", 2, "periodic"
        )
    operator = Fourier(random_mask(*shape)) @ CoilMaps(random_maps(3, *shape).to(torch.complex64))
    measurement = Measurement(operator, operator.forward(clean), UnitDisc(), task="mri")
    return PatchProblem.create(
        measurement, random_dictionary(10, 128).float(), 7e-5, 6e-5, "mean-free", 2, "periodic"
    )


@pytest.mark.slow
@pytest.mark.parametrize("split", [SHORT, IMAGE])
def test_the_multiplier_means_the_same_whatever_the_penalty(split: Split) -> None:
    """At the minimum, an iteration with another penalty moves nothing."""
    problem = random_problem(beta=0.05, contrast=2.0)
    found = joint_admm(problem, tolerance=1e-10)
    assert found.multiplier is not None
    other = JointIteration.of(problem, split)
    assert other.system.split_penalty > 1.5 * JointIteration.of(problem, PROOF).system.split_penalty
    other.go_on_from(found.image, found.multiplier, found.codes)
    for _ in range(3):
        other.advance()
    assert float((other.box - found.image).abs().max()) < 1e-4
