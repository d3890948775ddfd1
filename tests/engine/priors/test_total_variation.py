from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from recon_cli.engine.domain import UnitDisc, to_images
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import Crop, Fourier, Identity
from recon_cli.engine.priors.analysis import AnalysisProblem
from recon_cli.engine.priors.total_variation import TotalVariation, divergence, gradient
from recon_cli.engine.result import Callback, Solution, Status
from recon_cli.engine.solvers.primal_dual import primal_dual

from ...helpers import HOLLOW, MRI, assert_adjoint, make_operator, normal, set_of

HEIGHT, WIDTH = 7, 6


def _variation_slowly(x: Tensor, parts: int) -> float:
    """Sum over pixels the length of the differences to the pixels below and to the right."""
    planes, height, width = x.shape
    value = 0.0
    for image, i, j in itertools.product(range(0, planes, parts), range(height), range(width)):
        square = 0.0
        for part in range(image, image + parts):
            square += float(x[part, i + 1, j] - x[part, i, j]) ** 2 if i + 1 < height else 0.0
            square += float(x[part, i, j + 1] - x[part, i, j]) ** 2 if j + 1 < width else 0.0
        value += square**0.5
    return value


def _objective_slowly(measurement: Measurement, weight: float, x: Tensor) -> float:
    misfit = (measurement.forward(x) - measurement.data).abs().square().sum()
    return 0.5 * float(misfit) + weight * _variation_slowly(x, measurement.parts)


def _case(name: str) -> Measurement:
    """Return data of two images, some of whose pixels want to leave the domain."""
    operator = make_operator(name, HEIGHT, WIDTH)
    domain = set_of(name, operator)
    images = to_images(0.5 + 0.5 * normal(2 * domain.parts, HEIGHT, WIDTH), domain.parts)
    return Measurement(operator, operator.forward(images), domain)


def _total_variation(
    measurement: Measurement,
    weight: float,
    tolerance: float = 1e-3,
    most: int = 10_000,
    callback: Callback | None = None,
) -> Solution:
    problem = AnalysisProblem(measurement, TotalVariation(measurement.parts), weight)
    return primal_dual(problem, tolerance=tolerance, max_iterations=most, callback=callback)


CASES = ("identity", *MRI, *HOLLOW)


def test_gradient_and_divergence_are_adjoint() -> None:
    assert_adjoint(gradient, lambda field: -divergence(field), normal(2, 5, 4), normal(2, 2, 5, 4, seed=1))


@pytest.mark.parametrize("name", CASES)
def test_objective_agrees_with_loops(name: str) -> None:
    measurement = _case(name)
    done = _total_variation(measurement, 0.1, most=7)
    assert done.objective == pytest.approx(_objective_slowly(measurement, 0.1, done.image), rel=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_nothing_nearby_is_better_and_the_gap_bounds_every_iterate(name: str) -> None:
    measurement = _case(name)
    seen: list[Status] = []
    done = _total_variation(measurement, 0.1, 1e-4, 800, seen.append)
    assert done.converged
    assert done.objective is not None
    domain = measurement.domain
    torch.testing.assert_close(domain.project(done.image), done.image, rtol=0, atol=1e-12)
    for seed, size in itertools.product(range(5), (1e-1, 1e-2)):
        other = domain.project(done.image + size * normal(*done.image.shape, seed=seed))
        assert _objective_slowly(measurement, 0.1, other) > done.objective * (1 - 1e-4)
    assert [status.iteration for status in seen] == list(range(1, done.iterations + 1))
    for status in seen:
        if status.iteration % 10 and status.iteration < done.iterations:
            continue
        assert status.gap is not None
        # the gap is the larger one of both images, so that it bounds their sum
        assert -1e-4 < (status.objective - done.objective) / status.objective <= status.gap + 1e-12


def test_the_primal_dual_method_agrees_with_the_dual_one() -> None:
    data = 0.5 + 0.5 * normal(2, HEIGHT, WIDTH)
    by_both = _total_variation(Measurement(Crop((HEIGHT, WIDTH), 0), data), 0.2, 1e-5, 800)
    by_dual = _total_variation(Measurement(Identity((HEIGHT, WIDTH)), data), 0.2, 1e-7)
    assert by_both.converged
    torch.testing.assert_close(by_dual.image, by_both.image, rtol=0, atol=5e-3)
    assert by_dual.objective == pytest.approx(by_both.objective, rel=1e-5)


def test_a_large_weight_gives_the_clipped_mean() -> None:
    data = torch.stack([0.3 + 0.1 * normal(HEIGHT, WIDTH), 1.5 + 0.1 * normal(HEIGHT, WIDTH)])
    done = _total_variation(Measurement(Identity((HEIGHT, WIDTH)), data), 10.0, 1e-6)
    expected = data.mean((1, 2), keepdim=True).clamp(0, 1).expand_as(data)
    torch.testing.assert_close(done.image, expected, rtol=0, atol=1e-3)


def test_complex_images_share_their_edges() -> None:
    operator = Fourier(torch.ones(HEIGHT, WIDTH, dtype=torch.bool))
    real = 0.3 + 0.1 * normal(1, HEIGHT, WIDTH)
    turned = torch.complex(0.6 * real, 0.8 * real)  # one phase everywhere
    scan = Measurement(operator, operator.forward(turned), UnitDisc())
    done = _total_variation(scan, 0.1, 1e-5, 800)
    alone = _total_variation(Measurement(Identity((HEIGHT, WIDTH)), real), 0.1, 1e-6)
    torch.testing.assert_close(done.image[0], 0.6 * alone.image[0], rtol=0, atol=2e-3)
    torch.testing.assert_close(done.image[1], 0.8 * alone.image[0], rtol=0, atol=2e-3)


def test_single_precision_reaches_the_usual_gap_of_a_constant_image() -> None:
    done = _total_variation(Measurement(Identity((16, 16)), torch.full((1, 16, 16), 0.25)), 0.1)
    assert done.converged
    assert done.gap is not None
    assert 0 <= done.gap <= 1e-3


@pytest.mark.parametrize(("weight", "most"), [(0.0, 5), (float("nan"), 5), (0.1, 0)])
def test_bad_arguments(weight: float, most: int) -> None:
    with pytest.raises(ValueError, match=r"must be a positive number|at least 1 iteration"):
        _total_variation(Measurement(Identity((4, 4)), torch.zeros(1, 4, 4)), weight, most=most)
