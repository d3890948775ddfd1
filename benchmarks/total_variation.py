"""Total variation with the box, by the primal-dual method of Condat (J. Optim. Theory Appl. 2013)."""

from __future__ import annotations

from torch import Tensor

from recon_cli.engine.linear import LinearOperator

_DUAL = 1 / 16
_PRIMAL = 1 / (0.5 + 8 * _DUAL)


def total_variation(operator: LinearOperator, data: Tensor, weight: float, iterations: int = 400) -> Tensor:
    """Minimise `1/2 |Hx - y|^2 + weight * sum_i |(grad x)_i|` over x in [0, 1]^n.

    Args:
        operator: `H`, of norm at most one.
        data: `y`, `(images, ...)`.
        weight: of the isotropic total variation.
        iterations: all are done.

    Returns:
        `(images, height, width)`.
    """
    x, back = operator.start(data).clamp(0, 1), operator.adjoint(data)
    dual = x.new_zeros(2, *x.shape)
    for _ in range(iterations):
        gradient = operator.normal(x) - back
        new = (x - _PRIMAL * (gradient - _divergence(dual))).clamp(0, 1)
        dual = dual + _DUAL * _gradient(2 * new - x)
        dual = dual / (dual.norm(dim=0) / weight).clamp_min(1)
        x = new
    return x


def _gradient(x: Tensor) -> Tensor:
    out = x.new_zeros(2, *x.shape)
    out[0, :, :-1] = x[:, 1:] - x[:, :-1]
    out[1, :, :, :-1] = x[:, :, 1:] - x[:, :, :-1]
    return out


def _divergence(p: Tensor) -> Tensor:
    """Return minus the adjoint of `_gradient`; the last row and column of its parts are zero."""
    rows, cols = p[0].clone(), p[1].clone()
    rows[:, 1:] -= p[0, :, :-1]
    cols[:, :, 1:] -= p[1, :, :, :-1]
    return rows + cols
