from __future__ import annotations

import pytest
import torch
from torch import Tensor

from recon_cli.engine.priors.dictionary.codes import Codes
from recon_cli.engine.priors.dictionary.problem import PatchProblem, Variant
from recon_cli.engine.solvers.image_step import (
    ExactImageStep,
    FistaImageStep,
    LinearImageStep,
    ProjectedImageStep,
)

from ...helpers import (
    MRI,
    OPERATORS,
    VARIANTS,
    assert_adjoint,
    assert_in_domain,
    assert_linear,
    fold_slowly,
    held_share,
    image_system,
    normal,
    patches_slowly,
    planes_of,
    problem_of_image,
    random_problem,
    relative,
    with_data,
)

both_variants = pytest.mark.parametrize("variant", VARIANTS)
both_operators = pytest.mark.parametrize("operator", OPERATORS)
every_operator = pytest.mark.parametrize("operator", [*OPERATORS, *MRI])
real_operators = pytest.mark.parametrize("operator", [*OPERATORS, "fourier real", "sense real"])
complex_operators = pytest.mark.parametrize("operator", ["fourier complex", "sense complex"])
contrasts = pytest.mark.parametrize("contrast", [0.3, 2.0])
"""With the larger one, many pixels end at a bound."""


def folded_of(problem: PatchProblem, level: float = 0.1) -> Tensor:
    """Return a right-hand side, the sum of the start's patches, changed by random codes."""
    codes = level * normal(problem.dictionary.shape[1], problem.grid.columns, seed=7).to(problem.start)
    return problem.gram(problem.start) + problem.synthesise(Codes(codes, level)) - problem.spread_means()


@both_variants
@every_operator
def test_the_linear_step_solves_the_dense_system(variant: Variant, operator: str) -> None:
    problem = random_problem(variant, operator, shape=(8, 10), batch=2)
    folded = folded_of(problem)
    x = LinearImageStep(problem, 1e-12)(problem.start, folded)
    right = problem.measurement.adjoint(problem.measurement.data) + problem.beta * folded
    exact = torch.linalg.solve(image_system(problem), right.view(2, -1).T).T.view_as(right)
    assert relative(x, exact) < 1e-10


@both_variants
@every_operator
def test_the_system_is_the_dense_one_and_symmetric(variant: Variant, operator: str) -> None:
    problem = random_problem(variant, operator, shape=(8, 10))
    step = LinearImageStep(problem)
    x, z = normal(*problem.start.shape), normal(*problem.start.shape, seed=1)
    assert_linear(step.apply, x, z)
    assert_adjoint(step.apply, step.apply, x, z)
    assert relative(step.apply(x).flatten(), image_system(problem) @ x.flatten()) < 1e-12


@both_variants
@every_operator
def test_the_preconditioner_is_linear_symmetric_and_positive(variant: Variant, operator: str) -> None:
    problem = random_problem(variant, operator, shape=(11, 13))
    step = LinearImageStep(problem)
    x, z = normal(*problem.start.shape), normal(*problem.start.shape, seed=1)
    assert_linear(step.precondition, x, z)
    assert_adjoint(step.precondition, step.precondition, x, z)
    assert float((x * step.precondition(x)).sum()) > 0


@both_variants
def test_the_preconditioner_inverts_the_system_of_all_cyclic_patches(variant: Variant) -> None:
    problem = random_problem(variant, shape=(9, 12))
    x, pad = normal(*problem.start.shape), problem.grid.size - 1
    torus = torch.cat((x, x[:, :pad]), 1)
    torus = torch.cat((torus, torus[:, :, :pad]), 2)
    patches = patches_slowly(torus, problem.grid.size)
    if variant == "mean-free":
        patches = patches - patches.mean(0)
    folded = fold_slowly(patches, torus)
    folded[:, :pad] += folded[:, 9:]
    folded[:, :, :pad] += folded[:, :, 12:]
    cyclic = x + problem.beta * folded[:, :9, :12]
    assert relative(LinearImageStep(problem).precondition(cyclic), x) < 2e-3


@both_variants
@real_operators
@contrasts
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-10)])
def test_the_exact_step_satisfies_the_optimality_conditions(
    variant: Variant, operator: str, contrast: float, dtype: torch.dtype, tolerance: float
) -> None:
    problem = random_problem(variant, operator, batch=2, contrast=contrast, dtype=dtype)
    step = ExactImageStep(problem, tolerance)
    folded = folded_of(problem, contrast / 3)
    x = step(problem.start, folded)
    assert 0 <= float(x.min()) <= float(x.max()) <= 1
    right = step.right(folded)
    gradient = step.apply(x) - right
    projected = x - (x - gradient).clamp(0, 1)
    assert float(projected.norm()) <= 1.01 * tolerance * float(right.norm())
    if contrast > 1:
        assert 0.3 < held_share(problem, x) < 0.9


@both_variants
@real_operators
@contrasts
def test_the_exact_step_agrees_with_fista(variant: Variant, operator: str, contrast: float) -> None:
    problem = random_problem(variant, operator, batch=2, contrast=contrast)
    folded = folded_of(problem, contrast / 3)
    exact = ExactImageStep(problem, 1e-11)(problem.start, folded)
    fista = FistaImageStep(problem, 1e-13)(problem.start, folded)
    assert relative(exact, fista) < 1e-8


@both_variants
@pytest.mark.parametrize("kind", [ExactImageStep, FistaImageStep])
def test_the_default_accuracy_is_that_of_the_paper(
    variant: Variant, kind: type[ExactImageStep] | type[FistaImageStep]
) -> None:
    problem = random_problem(variant, contrast=2.0)
    folded = folded_of(problem, 0.6)
    fine = ExactImageStep(problem, 1e-11)(problem.start, folded)
    assert relative(kind(problem)(problem.start, folded), fine) < 1e-4


@both_operators
def test_without_active_bounds_the_exact_step_is_the_linear_one(operator: str) -> None:
    problem = random_problem("mean-free", operator, contrast=0.1)
    folded = folded_of(problem, 0.001)
    linear = LinearImageStep(problem, 1e-12)(problem.start, folded)
    assert held_share(problem, linear) == 0
    assert 0 < float(linear.min()) < float(linear.max()) < 1
    assert relative(ExactImageStep(problem, 1e-12)(problem.start, folded), linear) < 1e-9


@both_variants
@complex_operators
def test_the_projected_step_satisfies_the_optimality_conditions(variant: Variant, operator: str) -> None:
    """Where a pixel is held at the circle, the slope points straight outwards."""
    problem = random_problem(variant, operator, batch=2, contrast=2.0)
    step, folded = ProjectedImageStep(problem), folded_of(problem, 0.6)
    x = step(problem.start, folded)
    assert_in_domain(problem, x)
    assert 0.05 < held_share(problem, x) < 0.9
    right = step.right(folded)
    gradient = step.apply(x) - right
    assert float((x - problem.measurement.domain.project(x - gradient)).norm()) < 1e-3 * float(right.norm())
    pixels, slope = (u.view(2, 2, 11, 13) for u in (x, gradient))
    held = pixels.norm(dim=1) > 1 - 1e-6
    outwards = -(pixels * slope).sum(1)
    assert bool((outwards[held] > -1e-2).all())
    assert float(slope.norm(dim=1)[~held].max()) < 0.05 * float(slope.norm(dim=1).max())
    fista = FistaImageStep(problem, 1e-12)(problem.start, folded)
    assert relative(x, fista) < 1e-3


@both_variants
@complex_operators
def test_inside_the_disc_the_step_is_the_linear_one(variant: Variant, operator: str) -> None:
    problem = random_problem(variant, operator, contrast=0.2)
    folded = folded_of(problem, 0.001)
    x = ProjectedImageStep(problem)(problem.start, folded)
    assert held_share(problem, x) == 0
    assert torch.equal(x, LinearImageStep(problem)(problem.start, folded))


@complex_operators
def test_projecting_the_linear_step_is_not_the_projected_step(operator: str) -> None:
    problem = random_problem("mean-free", operator, contrast=2.0)
    folded = folded_of(problem, 0.6)
    projected = problem.measurement.domain.project(LinearImageStep(problem)(problem.start, folded))
    assert relative(ProjectedImageStep(problem)(problem.start, folded), projected) > 1e-2


@complex_operators
def test_a_batch_has_the_projected_steps_of_its_images(operator: str) -> None:
    problem = random_problem("mean-free", operator, batch=2, contrast=1.0)
    folded = folded_of(problem)
    together = ProjectedImageStep(problem, 1e-10)(problem.start, folded)
    for k in range(2):
        planes, alone = planes_of(problem, k), problem_of_image(problem, k)
        step = ProjectedImageStep(alone, 1e-10)(alone.start, folded[planes])
        assert relative(step, together[planes]) < 1e-3


@both_operators
def test_clipping_the_linear_step_is_not_the_exact_step(operator: str) -> None:
    problem = random_problem("mean-free", operator, contrast=2.0)
    folded = folded_of(problem, 0.6)
    clipped = LinearImageStep(problem, 1e-10)(problem.start, folded).clamp(0, 1)
    assert relative(ExactImageStep(problem, 1e-10)(problem.start, folded), clipped) > 1e-2


@pytest.mark.parametrize("kind", [LinearImageStep, ExactImageStep, FistaImageStep])
def test_a_batch_has_the_steps_of_its_images(
    kind: type[LinearImageStep] | type[ExactImageStep] | type[FistaImageStep],
) -> None:
    problem = random_problem(batch=3, contrast=1.0)
    folded = folded_of(problem)
    together = kind(problem, 1e-11)(problem.start, folded)
    for k in range(3):
        part, alone = planes_of(problem, k), problem_of_image(problem, k)
        assert relative(kind(alone, 1e-11)(alone.start, folded[part]), together[part]) < 1e-8


@pytest.mark.parametrize("kind", [LinearImageStep, ExactImageStep, FistaImageStep])
def test_the_start_is_not_changed(
    kind: type[LinearImageStep] | type[ExactImageStep] | type[FistaImageStep],
) -> None:
    problem = random_problem(contrast=1.0)
    before = problem.start.clone()
    kind(problem)(problem.start, folded_of(problem))
    assert torch.equal(problem.start, before)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_constant_image_at_a_bound_stays(operator: str, level: float) -> None:
    template = random_problem(operator=operator)
    data = torch.full_like(template.measurement.data, level)
    problem = with_data(template, data)
    nothing = torch.zeros_like(problem.start)
    for step in (ExactImageStep(problem), FistaImageStep(problem)):
        torch.testing.assert_close(step(problem.start, nothing), problem.start)
