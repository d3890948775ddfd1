from __future__ import annotations

import pytest
import torch

from recon_cli.engine.domain import Box, UnitDisc
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import CoilMaps, Fourier
from recon_cli.engine.patches.grid import Boundary
from recon_cli.engine.priors.dictionary.problem import PatchProblem
from recon_cli.engine.priors.dictionary.solution import PatchSolution
from recon_cli.engine.solvers.company import side_by_side
from recon_cli.engine.solvers.joint_admm import joint_admm, settled_admm
from recon_cli.engine.solvers.joint_iteration import JointIteration

from ...helpers import (
    complex_normal,
    normal,
    random_dictionary,
    random_images,
    random_maps,
    random_mask,
    relative,
)

SHAPE = (12, 10)


def _problem(
    number: int, parts: int = 2, stride: int = 2, boundary: Boundary = "periodic", noise: float = 0.02
) -> PatchProblem:
    """Return a problem with mask, maps, image, noise and strengths of its own."""
    maps = random_maps(3, *SHAPE, seed=number) * (1 + 0.2 * number)
    maps[:, : 2 * number] = 0
    operator = Fourier(random_mask(*SHAPE, seed=number)) @ CoilMaps(maps)
    real, imaginary = random_images(2, *SHAPE, seed=number)
    truth = torch.complex(real, imaginary) if parts == 2 else real
    data = operator.forward(truth[None])
    data = data + (1 + number) * noise * complex_normal(*data.shape, seed=number)
    domain = UnitDisc() if parts == 2 else Box()
    return PatchProblem.create(
        Measurement(operator, data, domain, task="mri"),
        random_dictionary(4, 20),
        0.3 * (1 + number),
        0.01 / (1 + number),
        "mean-free",
        stride,
        boundary,
    )


@pytest.mark.parametrize("parts", [1, 2])
@pytest.mark.parametrize(("stride", "boundary"), [(1, "periodic"), (2, "periodic"), (1, "inside")])
def test_iterates_side_by_side_are_those_alone(parts: int, stride: int, boundary: Boundary) -> None:
    problems = [_problem(k, parts, stride, boundary) for k in range(3)]

    def iterates(problem: PatchProblem) -> torch.Tensor:
        solver = JointIteration.of(problem)
        for _ in range(8):
            solver.advance()
        return solver.box

    together = side_by_side([lambda problem=problem: iterates(problem) for problem in problems])  # type: ignore[misc]
    for problem, found in zip(problems, together, strict=True):
        assert relative(found, iterates(problem)) < 1e-9


def test_certificates_side_by_side_are_those_alone() -> None:
    """In double precision, each to its own end."""
    problems = [_problem(k) for k in range(3)]

    def proven(problem: PatchProblem) -> PatchSolution:
        return joint_admm(problem, tolerance=1e-4)

    together = side_by_side([lambda problem=problem: proven(problem) for problem in problems])  # type: ignore[misc]
    alone = [proven(problem) for problem in problems]
    assert len({each.iterations for each in alone}) > 1
    for own, found in zip(alone, together, strict=True):
        assert (found.converged, found.iterations) == (True, own.iterations)
        assert found.gap == pytest.approx(own.gap, rel=1e-4)
        assert found.objective == pytest.approx(own.objective, rel=1e-9)
        assert relative(found.image, own.image) < 1e-8


def test_images_settle_side_by_side_as_they_do_alone() -> None:
    problems = [_problem(k) for k in range(3)]

    def settled(problem: PatchProblem) -> PatchSolution:
        return settled_admm(problem, tolerance=0.1)

    together = side_by_side([lambda problem=problem: settled(problem) for problem in problems])  # type: ignore[misc]
    for problem, found in zip(problems, together, strict=True):
        own = settled(problem)
        assert (found.iterations, found.converged) == (own.iterations, own.converged)
        assert relative(found.image, own.image) < 1e-8


def test_images_of_other_sizes_have_systems_of_other_kinds() -> None:
    kinds = [JointIteration.of(_problem(k, parts)).system.kind for k, parts in ((0, 2), (1, 2), (0, 1))]
    assert kinds[0] == kinds[1] != kinds[2]
    assert normal(1).dtype in kinds[0]  # type: ignore[operator]
