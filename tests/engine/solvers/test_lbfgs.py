from __future__ import annotations

from dataclasses import replace

import torch

from recon_cli.engine.circulant import Circulant
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import Identity
from recon_cli.engine.priors.ridge.function import RidgeFunction
from recon_cli.engine.priors.smooth import SmoothProblem
from recon_cli.engine.solvers.lbfgs import Memory

from ..priors.ridge.subjects import some_images, some_problem, some_regulariser


def two_images() -> tuple[SmoothProblem, Memory]:
    problem = some_problem(Measurement(Identity((12, 13)), some_images(12, 13, 2)), 3.0)
    return problem, Memory(problem, problem.measurement.data)


def test_without_pairs_it_is_a_gradient_step() -> None:
    problem, memory = two_images()
    gradient = torch.randn_like(problem.measurement.data)
    free = gradient > 0
    torch.testing.assert_close(memory.solve(gradient, free), gradient * free / problem.lipschitz)


def test_the_last_change_is_solved_for_its_move() -> None:
    """The secant equation, on the free pixels of each image."""
    _, memory = two_images()
    free = torch.rand(2, 12, 13) < 0.7
    curvatures = 1 + torch.rand(2, 12, 13, dtype=torch.float64)
    for _ in range(14):
        move = torch.randn_like(curvatures)
        memory.add(move, curvatures * move)
    torch.testing.assert_close(memory.solve(curvatures * move, free), move * free)


def test_a_quadratic_of_few_curvatures_is_solved_at_once() -> None:
    _, memory = two_images()
    curvatures = torch.tensor([1.0, 4.0, 9.0], dtype=torch.float64).repeat(52).view(1, 12, 13)
    gradient = torch.randn(2, 12, 13, dtype=torch.float64)
    for curvature in (1, 4, 9):
        move = gradient * (curvatures == curvature)
        memory.add(move, curvatures * move)
    everywhere = torch.ones_like(gradient, dtype=torch.bool)
    torch.testing.assert_close(memory.solve(gradient, everywhere), gradient / curvatures)


def test_an_image_is_forgotten_by_itself() -> None:
    problem, memory = two_images()
    move = torch.randn_like(problem.measurement.data)
    memory.add(move, 2 * move)
    everywhere = torch.ones_like(move, dtype=torch.bool)
    before = memory.solve(move, everywhere)
    memory.forget(torch.tensor([True, False]))
    after = memory.solve(move, everywhere)
    torch.testing.assert_close(after[0], move[0] / problem.lipschitz)
    torch.testing.assert_close(after[1], before[1])


def test_without_moves_the_curvature_is_that_of_the_start() -> None:
    """Of a regulariser that is quadratic, the circulant is the Hessian off the borders."""
    regulariser, shape = some_regulariser(), (40, 40)
    rises = torch.ones(6, 8, dtype=torch.float64)
    quadratic = replace(regulariser, profiles=replace(regulariser.profiles, rises=rises))
    nothing = torch.zeros(1, *shape, dtype=torch.float64)
    problem = SmoothProblem(Measurement(Identity(shape), nothing), RidgeFunction(quadratic, shape), 3.0)
    move = nothing.clone()
    move[0, 18:22, 18:22] = 0.001 * torch.randn(4, 4, dtype=torch.float64)
    change = Circulant(problem.spectrum(nothing), 1)(move)
    torch.testing.assert_close(change, problem.at(move).slope)
