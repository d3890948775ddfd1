from __future__ import annotations

import gc
from dataclasses import replace
from functools import lru_cache
from itertools import product

import numpy as np
import pytest
import torch
from torch import Tensor

from recon_cli.engine.domain import Box, Domain, UnitDisc
from recon_cli.engine.learning.minimum import Effort, Warm, minimum_image
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators.convolution import Convolution
from recon_cli.engine.operators.fourier import Fourier
from recon_cli.engine.operators.identity import Identity
from recon_cli.engine.operators.kernels import gaussian
from recon_cli.engine.operators.linear import LinearOperator
from recon_cli.engine.patches.grid import PatchGrid
from recon_cli.engine.priors.dictionary.problem import PatchProblem, Variant
from recon_cli.engine.priors.dictionary.reweighting import Reweighting, activity
from recon_cli.engine.priors.dictionary.weights_network import Seen, WeightsNetwork
from recon_cli.engine.solvers.joint_admm import joint_admm
from recon_cli.engine.solvers.joint_iteration import JointIteration

from ...helpers import VARIANTS, generator, held_share, normal, random_dictionary, random_images, relative

both_variants = pytest.mark.parametrize("variant", VARIANTS)
SHAPE, BETA = (8, 9), 0.7
LAM = 0.02 * torch.linspace(0.6, 1.4, 20, dtype=torch.float64)
ENOUGH = Effort(900, 900)


def data(contrast: float) -> Tensor:
    return random_images(1, *SHAPE, contrast=contrast)


def denoise(
    contrast: float,
    variant: Variant,
    dictionary: Tensor,
    beta: Tensor,
    lam: Tensor,
    weights: Tensor | None = None,
    effort: Effort = ENOUGH,
) -> Tensor:
    measurement = seen(data(contrast))
    return minimum_image(measurement, dictionary, beta, lam, effort, variant=variant, weights=weights)


def seen(noisy: Tensor) -> Measurement:
    return Measurement(Identity(SHAPE), noisy)


def parameters(weights: bool = False) -> list[Tensor]:
    values = [random_dictionary(4, 20), torch.tensor(BETA, dtype=torch.float64), LAM.clone()]
    if weights:
        patches = (SHAPE[0] - 3) * (SHAPE[1] - 3)
        values.append(2 ** normal(20, patches, seed=8).clamp(-1, 1))
    return [value.requires_grad_() for value in values]


@both_variants
@pytest.mark.parametrize("contrast", [0.3, 2.0])
def test_it_is_the_certified_minimum(variant: Variant, contrast: float) -> None:
    dictionary, beta, lam = parameters()
    measurement = Measurement(Identity(SHAPE), data(contrast))
    problem = PatchProblem.create(measurement, dictionary.detach(), BETA, LAM, variant)
    certified = joint_admm(problem, tolerance=1e-8, max_iterations=5000)
    assert certified.converged
    assert (held_share(problem, certified.image) > 0.1) == (contrast > 1)
    assert relative(denoise(contrast, variant, dictionary, beta, lam).detach(), certified.image) < 1e-4


@lru_cache
def gradients(variant: Variant, contrast: float, weights: bool = False) -> list[Tensor]:
    values = parameters(weights)
    loss = (normal(1, *SHAPE, seed=5) * denoise(contrast, variant, *values)).sum()
    return list(torch.autograd.grad(loss, values))


INSIDE, AT_THE_BOUNDS = 0.15, 1.7
"""Contrasts that keep the pixels off the bounds, or not."""
PLAIN = [
    (variant, contrast, which, False)
    for variant, contrast, which in product(VARIANTS, (INSIDE, AT_THE_BOUNDS), (0, 1, 2))
]
WEIGHTED = [
    (variant, contrast, which, True)
    for variant, contrast in zip(VARIANTS, (AT_THE_BOUNDS, INSIDE), strict=True)
    for which in (0, 2, 3)
]
"""Each variant on one side: of beta, which weights do not meet, the others tell."""


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "contrast", "which", "weights"), [*PLAIN, *WEIGHTED])
def test_gradients_are_those_of_finite_differences(
    variant: Variant, contrast: float, which: int, weights: bool
) -> None:
    values = [value.detach() for value in parameters(weights)]
    direction = normal(values[which].numel(), seed=6).view(values[which].shape)
    if which == 0:
        direction = direction - direction.mean(0)  # atoms stay free of a mean
    direction = direction * values[which].abs().mean() / direction.abs().mean()
    step = 1e-6

    def loss(sign: int) -> float:
        moved = [v + sign * step * direction if i == which else v for i, v in enumerate(values)]
        return float((normal(1, *SHAPE, seed=5) * denoise(contrast, variant, *moved)).sum())

    slope = (loss(1) - loss(-1)) / (2 * step)
    found = gradients(variant, contrast, weights)[which]
    assert float((found * direction).sum()) == pytest.approx(slope, rel=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("which", range(4))
@pytest.mark.parametrize("kind", ["blur", "k-space"])
def test_gradients_of_other_measurements_agree_with_finite_differences(kind: str, which: int) -> None:
    """In a box, and of complex images on a disc inside which they lie, with patches that wrap around."""
    side, is_blur = 12, kind == "blur"
    truth = 0.2 + 0.6 * random_images(1, side, side, contrast=0.3)
    operator: LinearOperator = Convolution((side, side), gaussian(0.7).taps.astype(np.float64))
    domain: Domain = Box()
    if not is_blur:
        operator, domain = Fourier(normal(side, side, seed=4) > -0.5, "centered"), UnitDisc(radius=5.0)
    measured = operator.forward(truth if is_blur else truth.to(torch.complex128))
    measurement = Measurement(operator, measured + 0.02 * normal(1, side, side, seed=3), domain)
    planes = measurement.parts
    values = [random_dictionary(4, 20), torch.tensor(BETA, dtype=torch.float64), LAM.clone()]
    values.append(2 ** normal(20, planes * (side // 2) ** 2, seed=8).clamp(-1, 1))
    looked_for = normal(planes, side, side, seed=5)

    def loss(*given: Tensor) -> Tensor:
        *free, weights = given
        image = minimum_image(
            measurement, *free, Effort(1500, 1500), weights=weights, stride=2, boundary="periodic"
        )
        return (looked_for * image).sum()

    free = [value.clone().requires_grad_() for value in values]
    found = torch.autograd.grad(loss(*free), free)[which]
    direction, step = normal(found.numel(), seed=6).view(found.shape), 1e-6
    direction = direction - direction.mean(0) if which == 0 else direction  # atoms have no mean
    moved = [
        [v + sign * step * direction if i == which else v for i, v in enumerate(values)] for sign in (1, -1)
    ]
    slope = float(loss(*moved[0]) - loss(*moved[1])) / (2 * step)
    assert float((found * direction).sum()) == pytest.approx(slope, rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["enter", "look", "body", "leave"])
def test_gradients_reach_a_network_that_finds_the_weights(name: str) -> None:
    dictionary, beta, lam = (value.detach() for value in parameters())
    grid, noisy = PatchGrid(1, *SHAPE, 4), data(AT_THE_BOUNDS)
    warm = Warm()
    minimum_image(seen(noisy), dictionary, beta, lam, Effort(10, 0), warm)
    assert warm.minimum is not None
    image, _, codes = warm.minimum
    around, looked_at = activity(codes, grid), Seen(image, noisy - image, 10.0)
    empty = WeightsNetwork.initial(20, 1, 6, (1, 2), generator(0)).to(noisy)
    network = replace(empty, leave=0.3 * normal(20, 6, seed=2))

    def loss(value: Tensor) -> Tensor:
        rule = Reweighting(beta, 5 * lam[:, None], beta, network=replace(network, **{name: value}))
        weights = rule.weights(around, rule.hidden(codes, around, looked_at, grid))
        denoised = denoise(AT_THE_BOUNDS, "mean-free", dictionary, beta, lam, weights)
        return (normal(1, *SHAPE, seed=5) * denoised).sum()

    start = network.tensors[name]
    direction, step = normal(start.numel(), seed=6).view(start.shape), 1e-6
    value = start.clone().requires_grad_()
    found = torch.autograd.grad(loss(value), value)[0]
    slope = float(loss(start + step * direction) - loss(start - step * direction)) / (2 * step)
    assert float((found * direction).sum()) == pytest.approx(slope, rel=1e-4)


@pytest.mark.slow
def test_a_visit_goes_on_from_the_one_before() -> None:
    weights = normal(1, *SHAPE, seed=5)
    exact = gradients("mean-free", 0.3)
    errors = []
    warm = Warm()
    for _ in range(6):
        values = parameters()
        image = minimum_image(seen(data(0.3)), *values, Effort(40, 40), warm)
        found = torch.autograd.grad((weights * image).sum(), values)
        errors.append(relative(found[0], exact[0]))
    assert errors[-1] < 0.05 * errors[0]


def test_nothing_outlives_a_step() -> None:
    warm = Warm()
    for _ in range(2):
        image = minimum_image(seen(data(0.3)), *parameters(), Effort(2, 2), warm)
        image.sum().backward()
    del image
    gc.collect()
    assert not [each for each in gc.get_objects() if type(each) is JointIteration]


@pytest.mark.slow
def test_the_ridge_changes_the_gradient_a_little() -> None:
    weights = normal(1, *SHAPE, seed=5)
    exact = gradients("mean-free", 0.3)[0]
    errors = []
    for eps in (1e-5, 1e-2):
        values = parameters()
        image = denoise(0.3, "mean-free", *values, effort=replace(ENOUGH, eps=eps))
        errors.append(relative(torch.autograd.grad((weights * image).sum(), values[0])[0], exact))
    assert 0 < errors[0] < 0.05 < errors[1]
