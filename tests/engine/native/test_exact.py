from __future__ import annotations

import pytest
import torch
from torch import Tensor

from recon_cli.engine.native.exact import ExactCodes, rows_of

from ...helpers import normal, random_dictionary, sparse_codes_slowly

SIZES = [(4, 20), (5, 33), (8, 70), (3, 8)]
"""Sides of a patch and atoms, fewer and more of them than pixels."""
COLUMNS = 300


def _case(side: int, atoms: int, spread: float = 1.5) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return a dictionary, levels, weights that differ by powers of ten, and patches."""
    dictionary = random_dictionary(side, atoms)
    dictionary = dictionary - dictionary.mean(0)
    lam = torch.linspace(0.002, 0.01, atoms, dtype=torch.float64)
    weights = (10 ** (spread * normal(atoms, COLUMNS, seed=1))).float()
    patches = 0.2 * normal(side**2, COLUMNS, seed=2)
    return dictionary, lam, weights, patches - patches.mean(0)


def _none(atoms: int) -> Tensor:
    return torch.zeros(COLUMNS, atoms, dtype=torch.float64)


@pytest.mark.parametrize(("side", "atoms"), SIZES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.usefixtures("threads")
def test_the_codes_are_the_minimum(side: int, atoms: int, weighted: bool, begun: bool) -> None:
    """Correlations are at their levels where there are codes, and within them elsewhere."""
    dictionary, lam, weights, patches = _case(side, atoms)
    start = 0.1 * normal(COLUMNS, atoms, seed=3) if begun else _none(atoms)
    exact = ExactCodes(dictionary, lam, weights if weighted else None, start)
    residual = exact.update(rows_of(patches), 0).T[: side**2]
    codes = exact.codes.T
    torch.testing.assert_close(residual, patches - dictionary @ codes, rtol=0, atol=1e-13)
    levels = lam[:, None] * (weights.double() if weighted else torch.ones(atoms, COLUMNS))
    excess = (dictionary.T @ residual).abs() - levels
    assert float((excess / levels).max()) < 1e-6
    signed = dictionary.T @ residual - torch.sign(codes) * levels
    assert float((signed / levels)[codes != 0].abs().max()) < 1e-6
    assert bool((codes != 0).any())
    assert bool((codes == 0).any())


def test_they_are_those_of_slow_iterations() -> None:
    dictionary, lam, _, patches = _case(4, 12)
    exact = ExactCodes(dictionary, lam, None, _none(12))
    exact.update(rows_of(patches[:, :40]), 0)
    slowly = sparse_codes_slowly(dictionary, patches[:, :40], lam[:, None])
    torch.testing.assert_close(exact.codes[:40].T, slowly, rtol=0, atol=1e-6)


def test_only_the_patches_that_are_given_change() -> None:
    dictionary, lam, weights, patches = _case(5, 33)
    whole = ExactCodes(dictionary, lam, weights, _none(33))
    whole.update(rows_of(patches), 0)
    part = ExactCodes(dictionary, lam, weights, _none(33))
    part.update(rows_of(patches[:, 100:170]), 100)
    assert torch.equal(part.codes[100:170], whole.codes[100:170])
    assert not bool(part.codes[:100].any())
    assert not bool(part.codes[170:].any())


@pytest.mark.parametrize(("side", "atoms"), SIZES)
@pytest.mark.usefixtures("threads")
def test_the_complement_is_orthogonal_to_the_atoms_at_work(side: int, atoms: int) -> None:
    dictionary, lam, weights, patches = _case(side, atoms, spread=0.5)
    exact = ExactCodes(dictionary, lam, weights, _none(atoms))
    exact.update(rows_of(patches), 0)
    some = normal(side**2, COLUMNS, seed=4).float()
    rows = rows_of(some)
    exact.complement(rows, 0)
    for column in range(0, COLUMNS, 7):
        at_work = dictionary[:, exact.codes[column] != 0]
        wanted = some[:, column].double()
        wanted = wanted - at_work @ torch.linalg.lstsq(at_work, wanted).solution
        torch.testing.assert_close(rows[column, : side**2].double(), wanted, rtol=0, atol=2e-4)
    assert not bool(rows[:, side**2 :].any())


def test_the_complement_follows_new_codes() -> None:
    dictionary, lam, weights, patches = _case(4, 20)
    exact = ExactCodes(dictionary, lam, weights, _none(20))
    exact.update(rows_of(0 * patches), 0)
    rows = rows_of(patches.float())
    exact.complement(rows, 0)
    assert torch.equal(rows, rows_of(patches.float()))  # no atom is at work
    exact.update(rows_of(patches), 0)
    exact.complement(rows, 0)
    assert not torch.equal(rows, rows_of(patches.float()))
