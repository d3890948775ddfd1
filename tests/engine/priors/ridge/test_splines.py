from __future__ import annotations

import numpy as np
import torch

from recon_cli.engine.priors.ridge.splines import integrated, project, slope, spline

RISES = torch.tensor([[1.0, 0.5, 0.0, 0.25], [0.0, 2.0, 0.5, 0.5]], dtype=torch.float64)


def line() -> torch.Tensor:
    """Arguments on both sides of all knots, `(1, 2, 1, many)`."""
    return torch.linspace(-7, 7, 1001, dtype=torch.float64).expand(1, 2, 1, 1001).contiguous()


def test_values_are_those_of_interpolation_between_the_knots() -> None:
    u = line()
    knots = np.arange(-4, 5)
    for channel, rises in enumerate(RISES.numpy()):
        right = np.cumsum(rises)
        values = np.concatenate((-right[::-1], [0], right))
        expected = np.interp(u[0, channel, 0].numpy(), knots, values)
        np.testing.assert_allclose(spline(u, RISES)[0, channel, 0].numpy(), expected, atol=1e-14)


def test_the_primitive_is_the_integral() -> None:
    u = line()
    area = torch.cumulative_trapezoid(spline(u, RISES)[0, :, 0], u[0, :, 0])
    found = integrated(u, RISES)[0][0, :, 0]
    torch.testing.assert_close(found[:, 1:] - found[:, :1], area, atol=1e-4, rtol=0)
    assert all(float(t.abs().max()) == 0 for t in integrated(torch.zeros_like(u[..., :1]), RISES))
    torch.testing.assert_close(integrated(u, RISES)[1], spline(u, RISES))


def test_the_slope_is_the_derivative() -> None:
    u, h = line() + 0.003, 1e-6
    difference = (spline(u + h, RISES) - spline(u - h, RISES)) / (2 * h)
    torch.testing.assert_close(slope(u, RISES), difference, atol=1e-6, rtol=0)


def test_gradients_are_exact() -> None:
    generator = torch.Generator().manual_seed(3)
    u = (4 * torch.randn(2, 2, 3, 4, dtype=torch.float64, generator=generator)).requires_grad_()
    rises = RISES.clone().requires_grad_()
    assert torch.autograd.gradcheck(spline, (u, rises))
    assert torch.autograd.gradcheck(lambda r: spline(u.detach(), r), (rises,))
    assert torch.autograd.gradcheck(lambda v: spline(v, RISES), (u,))


def test_projected_splines_do_not_decrease() -> None:
    wild = torch.randn(2, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    assert float(wild.min()) < 0
    values = spline(line(), project(wild))[0, :, 0]
    assert bool((values.diff(dim=1) >= 0).all())
    torch.testing.assert_close(project(RISES), RISES)
