from __future__ import annotations

import torch

from recon_cli.engine.operators import Identity

from ...helpers import complex_normal, normal


def test_everything_is_as_it_was() -> None:
    operator = Identity((5, 7))
    for x in (normal(2, 5, 7), complex_normal(2, 5, 7)):
        for apply in (operator.forward, operator.adjoint, operator.normal, operator.start):
            assert torch.equal(apply(x), x)
    assert operator.is_identity
    assert operator.norm(normal(1)) == 1
    assert torch.equal(operator.spectrum(normal(1)), torch.ones(5, 7, dtype=torch.float64))
    assert operator.seen() is None
