from __future__ import annotations

import pytest
import torch
from torch import Tensor

from recon_cli.engine.learning.unrolled import unrolled_denoiser
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators.identity import Identity
from recon_cli.engine.priors.dictionary.problem import PatchProblem, Variant
from recon_cli.models.dictionary import normalise

from ...helpers import (
    VARIANTS,
    centred_slowly,
    fold_slowly,
    image_system,
    normal,
    random_dictionary,
    random_images,
    relative,
    sparse_codes_slowly,
)

both_variants = pytest.mark.parametrize("variant", VARIANTS)
one_and_two_steps = pytest.mark.parametrize("steps", [1, 2])

BETA, LAM = 0.8, 0.03


def denoise_slowly(noisy: Tensor, dictionary: Tensor, variant: Variant, steps: int) -> Tensor:
    """Follow the sweeps with slow sparse coding and a dense image system."""
    operator = Identity((noisy.shape[1], noisy.shape[2]))
    problem = PatchProblem.create(Measurement(operator, noisy), dictionary, BETA, LAM, variant)
    system = image_system(problem)
    x = noisy
    for _ in range(steps):
        patches = dictionary @ sparse_codes_slowly(dictionary, centred_slowly(problem, x), LAM)
        if problem.means is not None:
            patches = patches + problem.means
        right = noisy + BETA * fold_slowly(patches, x)
        x = torch.linalg.solve(system, right.flatten(1).T).T.view_as(x)
    return x


@both_variants
@one_and_two_steps
def test_the_map_is_coordinate_descent_without_the_box(variant: Variant, steps: int) -> None:
    noisy = random_images(2, 9, 8, contrast=1.0)
    dictionary = random_dictionary(3, 12)
    exact = denoise_slowly(noisy, dictionary, variant, steps)
    assert float(exact.max()) > 1
    fine = unrolled_denoiser(noisy, dictionary, BETA, LAM, variant, steps=steps, tolerance=1e-11)
    assert relative(fine, exact) < 1e-7
    default = unrolled_denoiser(noisy, dictionary, BETA, LAM, variant, steps=steps)
    assert relative(default, exact) < 1e-3


@both_variants
@one_and_two_steps
@pytest.mark.parametrize("seed", [0, 1])
def test_the_gradient_equals_finite_differences(variant: Variant, steps: int, seed: int) -> None:
    """Along random directions of the free parameters, as in training."""
    noisy, clean = (random_images(2, 8, 9, seed=seed, contrast=c) for c in (1.0, 0.9))
    raw = normal(9, 12, seed=seed)

    def loss(parameters: Tensor) -> Tensor:
        denoised = unrolled_denoiser(
            noisy, normalise(parameters), BETA, LAM, variant, steps=steps, eps=0.0, tolerance=1e-13
        )
        return (denoised - clean).square().mean()

    leaf = raw.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(loss(leaf), leaf)
    for k in range(4):
        direction = normal(9, 12, seed=100 + k)
        h = 1e-6
        with torch.no_grad():
            slope = float(loss(raw + h * direction) - loss(raw - h * direction)) / (2 * h)
        assert float((gradient * direction).sum()) == pytest.approx(slope, rel=1e-5)


@both_variants
def test_the_gradient_reaches_atoms_outside_the_constraint_set(variant: Variant) -> None:
    """Each entry of a dictionary that is neither zero-mean nor of norm 1."""
    noisy = random_images(1, 6, 6, contrast=1.0)
    atoms = 1.3 * random_dictionary(3, 5) + 0.05

    def denoised(dictionary: Tensor) -> Tensor:
        return unrolled_denoiser(noisy, dictionary, BETA, LAM, variant, eps=0.0, tolerance=1e-13)

    leaf = atoms.clone().requires_grad_()
    assert torch.autograd.gradcheck(denoised, (leaf,), eps=1e-6, atol=1e-7, rtol=1e-5, fast_mode=True)


@both_variants
def test_the_gradient_at_training_accuracy_points_the_right_way(variant: Variant) -> None:
    noisy, clean = random_images(2, 12, 12, contrast=1.0), random_images(2, 12, 12, contrast=0.8)
    gradients = []
    for eps, tolerance in ((0.0, 1e-12), (1e-3, 3e-3)):
        leaf = random_dictionary(4, 20).requires_grad_()
        denoised = unrolled_denoiser(noisy, leaf, BETA, LAM, variant, eps=eps, tolerance=tolerance)
        gradients.append(torch.autograd.grad((denoised - clean).abs().mean(), leaf)[0])
    assert 0 < relative(gradients[1], gradients[0]) < 0.2


@both_variants
def test_the_loss_falls_in_a_few_steps(variant: Variant) -> None:
    clean = random_images(2, 16, 16, dtype=torch.float32)
    noisy = clean + 0.1 * normal(2, 16, 16, seed=9, dtype=torch.float32)
    raw = normal(16, 24, dtype=torch.float32).requires_grad_()
    optimiser = torch.optim.Adam([raw], 0.05)
    losses = []
    for _ in range(8):
        denoised = unrolled_denoiser(noisy, normalise(raw), BETA, LAM, variant)
        loss = (denoised - clean).abs().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.98 * losses[0]


@both_variants
def test_a_batch_has_the_results_of_its_images(variant: Variant) -> None:
    noisy, dictionary = random_images(3, 9, 8), random_dictionary(3, 12)
    together = unrolled_denoiser(noisy, dictionary, BETA, LAM, variant, tolerance=1e-10)
    for k in range(3):
        alone = unrolled_denoiser(noisy[k : k + 1], dictionary, BETA, LAM, variant, tolerance=1e-10)
        assert relative(alone, together[k : k + 1]) < 1e-7


def test_the_noisy_image_is_not_changed() -> None:
    noisy = random_images(1, 9, 8)
    before = noisy.clone()
    unrolled_denoiser(noisy, random_dictionary(3, 12), BETA, LAM)
    assert torch.equal(noisy, before)
