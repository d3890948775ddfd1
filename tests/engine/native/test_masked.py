from __future__ import annotations

import pytest
import torch

from recon_cli.engine.native.masked import solve_on_supports

from ...helpers import normal, random_dictionary, relative


@pytest.mark.parametrize("columns", [1, 48, 300])
@pytest.mark.parametrize(("size", "atoms"), [(3, 8), (5, 33)])
@pytest.mark.parametrize("share", [0.1, 0.6])
def test_it_solves_each_dense_system(columns: int, size: int, atoms: int, share: float) -> None:
    dictionary = random_dictionary(size, atoms, dtype=torch.float32)
    gram = dictionary.T @ dictionary
    support = (normal(atoms, columns, seed=3, dtype=torch.float32).abs() > 1.3 - share).float()
    support[:, 0] = 0
    right = normal(atoms, columns, dtype=torch.float32)
    found = solve_on_supports(gram, support, right, 1e-2, 1e-5, 500)
    expected = torch.zeros(atoms, columns, dtype=torch.float64)
    for k in range(columns):
        on = support[:, k] > 0
        system = gram[on][:, on].double() + 1e-2 * torch.eye(int(on.sum()), dtype=torch.float64)
        expected[on, k] = torch.linalg.solve(system, right[on, k].double())
    assert not found[support == 0].any()
    if columns > 1:
        assert relative(found, expected) < 1e-3


def test_the_residual_is_small_in_every_run_of_columns() -> None:
    dictionary = random_dictionary(5, 40, decay=0.9, dtype=torch.float32)
    gram = dictionary.T @ dictionary
    support = (normal(40, 200, seed=3) > 0).float()
    right = support * normal(40, 200, dtype=torch.float32) * torch.logspace(-3, 0, 200)
    found = solve_on_supports(gram, support, right, 1e-3, 1e-2, 500)
    residual = right - support * (gram @ found + 1e-3 * found)
    for first in range(0, 200, 48):
        part = slice(first, first + 48)
        assert 0 < float(residual[:, part].norm()) <= 1.02e-2 * float(right[:, part].norm())
