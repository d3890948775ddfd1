from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from recon_cli.engine.domain import Box, Domain, UnitDisc, to_images, to_planes

from ..helpers import assert_adjoint, normal

both_parts = pytest.mark.parametrize("parts", [1, 2])


DOMAINS = {1: Box, 2: UnitDisc}
"""By the planes of an image."""


def grid_of(domain: Domain, count: int = 401) -> Tensor:
    """Return values of a pixel that fill the set, `(values, parts)`; its boundary is among them."""
    line = torch.linspace(0, 1, count, dtype=torch.float64)
    if domain.parts == 1:
        return line[:, None]
    angles = 2 * torch.pi * line
    return (line[::8, None, None] * torch.stack((angles.cos(), angles.sin()), -1)).reshape(-1, 2)


def pixels_of(x: Tensor, parts: int) -> Tensor:
    """Return the pixels of planes as points, `(images, pixels, parts)`."""
    return x.view(-1, parts, x.shape[1] * x.shape[2]).transpose(1, 2)


@pytest.mark.parametrize(("low", "high"), [(-0.4, 0.4), (0.2, 3.0), (-2.0, -1.0)])
def test_a_box_has_any_bounds(low: float, high: float) -> None:
    """Its projection, least value and outward part are those of the unit box, shifted and stretched."""
    box, unit, width = Box(None, low, high), Box(), high - low
    x, slope = 2 * normal(3, 4, 5), normal(3, 4, 5, seed=1)
    torch.testing.assert_close(box.project(low + width * x), low + width * unit.project(x))
    torch.testing.assert_close(box.least(slope), width * unit.least(slope) + low * slope.sum((1, 2)))
    inside = box.project(low + width * x)
    assert torch.equal(box.outward(inside, slope), unit.outward((inside - low) / width, slope))
    assert bool((box.outward(inside, slope) != 0).any())


@both_parts
def test_the_domain_of_so_many_planes(parts: int) -> None:
    domain: Domain = DOMAINS[parts]()
    assert domain.parts == parts
    assert domain.support is None


@both_parts
def test_the_projection_is_the_nearest_point(parts: int) -> None:
    """It lies in the set, and no point of a fine grid of the set is nearer."""
    domain = DOMAINS[parts]()
    x = 1.5 * normal(3 * parts, 4, 5)
    nearest, points = pixels_of(domain.project(x), parts), pixels_of(x, parts)
    grid = grid_of(domain)
    distance = (points - nearest).norm(dim=2)
    of_grid = (points[:, :, None] - grid).norm(dim=3).amin(2)
    assert bool((distance <= of_grid + 1e-12).all())
    assert bool((of_grid <= distance + 0.03).all())
    assert float(distance.max()) > 0.5
    assert float(distance.min()) == 0


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 1000), parts=st.sampled_from([1, 2]), size=st.floats(0.01, 100))
def test_projections_are_idempotent_and_do_not_expand(seed: int, parts: int, size: float) -> None:
    domain = DOMAINS[parts]()
    x, z = size * normal(2 * parts, 3, 4, seed=seed), size * normal(2 * parts, 3, 4, seed=seed + 1)
    once = domain.project(x)
    torch.testing.assert_close(domain.project(once), once, rtol=1e-15, atol=0)
    assert float((once - domain.project(z)).norm()) <= float((x - z).norm()) * (1 + 1e-12)


@both_parts
def test_points_of_the_set_stay(parts: int) -> None:
    inside = normal(2 * parts, 3, 4).abs().clamp(0, 1) * 0.7
    inside[0, 0, 0] = 0
    assert torch.equal(DOMAINS[parts]().project(inside), inside)


@both_parts
def test_least_is_the_minimum_over_the_set_and_is_attained(parts: int) -> None:
    domain = DOMAINS[parts]()
    slope = normal(3 * parts, 4, 5)
    least = domain.least(slope)
    assert least.shape == (3,)
    assert least.dtype == torch.float64
    brute = (pixels_of(slope, parts) @ grid_of(domain).T).amin(2).sum(1)
    assert bool((least <= brute + 1e-12).all())
    torch.testing.assert_close(least, brute, rtol=1e-3, atol=0)
    far = domain.project(-1e9 * slope)
    torch.testing.assert_close(least, (far * slope).view(3, -1).sum(1))


@both_parts
def test_off_the_support_images_are_zero(parts: int) -> None:
    """On it the set is that without a support; of the others, only zero is left to project to or to gain."""
    support = normal(4, 5, seed=5) > 0
    free, bound = DOMAINS[parts](), DOMAINS[parts](support)
    x = 1.5 * normal(3 * parts, 4, 5)
    projected = bound.project(x)
    assert torch.equal(projected[:, support], free.project(x)[:, support])
    assert not bool(projected[:, ~support].any())
    assert torch.equal(bound.project(projected), projected)
    torch.testing.assert_close(bound.least(x), free.least(x * support))
    torch.testing.assert_close(bound.least(x), (bound.project(-1e9 * x) * x).view(3, -1).sum(1))
    everywhere = DOMAINS[parts](torch.ones(4, 5, dtype=torch.bool))
    assert torch.equal(everywhere.project(x), free.project(x))


@both_parts
def test_least_of_no_slope_is_zero(parts: int) -> None:
    assert DOMAINS[parts]().least(torch.zeros(2 * parts, 3, 4)).tolist() == [0, 0]


@both_parts
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_least_sums_in_double_precision(parts: int, dtype: torch.dtype) -> None:
    slope = torch.full((parts, 500, 500), -0.1, dtype=dtype)
    exact = -0.25e6 * float(slope[0, 0, 0].abs().double()) * parts**0.5
    assert float(DOMAINS[parts]().least(slope)) == pytest.approx(exact, rel=1e-7)


def test_planes_alternate_between_real_and_imaginary_parts() -> None:
    x = normal(6, 3, 4)
    z = to_images(x, 2)
    assert z.shape == (3, 3, 4)
    for k in range(3):
        assert torch.equal(z[k].real, x[2 * k])
        assert torch.equal(z[k].imag, x[2 * k + 1])


@both_parts
def test_planes_come_back(parts: int) -> None:
    x = normal(2 * parts, 3, 4)
    assert torch.equal(to_planes(to_images(x, parts), parts), x)


def test_complex_images_come_back() -> None:
    z = torch.complex(normal(3, 4, 5), normal(3, 4, 5, seed=1))
    assert torch.equal(to_images(to_planes(z, 2), 2), z)


def test_one_part_keeps_the_real_part() -> None:
    z = torch.complex(normal(3, 4, 5), normal(3, 4, 5, seed=1))
    assert torch.equal(to_planes(z, 1), z.real)
    assert torch.equal(to_images(z.real, 1), z.real)


@both_parts
def test_joining_and_splitting_are_adjoint(parts: int) -> None:
    z = torch.complex(normal(3, 4, 5), normal(3, 4, 5, seed=1))
    assert_adjoint(
        lambda x: to_images(x, parts), lambda y: to_planes(y, parts), normal(3 * parts, 4, 5, seed=2), z
    )


@both_parts
@pytest.mark.parametrize("reached", [True, False])
def test_the_outward_part_is_what_the_projection_takes_off_a_short_step(parts: int, reached: bool) -> None:
    """It is normal to the set: any length of it leads out, and back to the same image."""
    support = None if reached else torch.arange(20).view(4, 5) % 3 > 0
    domain = DOMAINS[parts](support)
    x = domain.project(1.5 * normal(2 * parts, 4, 5))
    direction = normal(2 * parts, 4, 5, seed=1)
    outward = domain.outward(x, direction)
    torch.testing.assert_close(domain.project(x + 3 * outward), x, rtol=0, atol=1e-12)
    short = 1e-7 * (direction - outward)
    torch.testing.assert_close(domain.project(x + short), x + short, rtol=0, atol=1e-12)
    assert 0 < float((outward != 0).double().mean()) < 1


@pytest.mark.parametrize("domain", [Box(low=-0.5, high=2.0), UnitDisc()])
def test_a_raised_set_goes_as_much_further(domain: Box | UnitDisc) -> None:
    far = torch.full((domain.parts, 3, 4), 100.0)
    ends = [to_images(each.project(far), domain.parts).abs().max() for each in (domain, domain.raised(3.0))]
    assert float(ends[0]) == pytest.approx(domain.largest)
    assert float(ends[1]) == pytest.approx(3 * domain.largest)
    assert domain.raised(3.0).largest == 3 * domain.largest
