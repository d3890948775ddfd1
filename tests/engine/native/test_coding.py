from __future__ import annotations

import pytest
import torch

from recon_cli.engine.shrinkage import shrink
from recon_cli.engine.sparse_coding import ExactCoder

from ...helpers import normal, random_dictionary, relative, sparse_value


@pytest.mark.parametrize("columns", [1, 64, 700])
@pytest.mark.parametrize(("size", "atoms"), [(3, 8), (5, 33)])
@pytest.mark.parametrize("lam", [1e-4, 1e-2, 0.3])
def test_single_precision_finds_the_codes_of_double_precision(
    columns: int, size: int, atoms: int, lam: float
) -> None:
    """The kernels serve single precision alone."""
    dictionary = random_dictionary(size, atoms)
    patches = 0.3 * normal(size**2, columns, seed=1)
    patches -= patches.mean(0)
    found = []
    for dtype in (torch.float32, torch.float64):
        coder = ExactCoder(dictionary.to(dtype), lam, 1e-5, 20_000)
        state = torch.zeros(atoms, columns, dtype=dtype)
        coder.advance(patches.to(dtype), state)
        found.append(shrink(state, coder.threshold))
    single, double = found
    values = [sparse_value(dictionary, patches, codes, lam) for codes in found]
    assert values[0] == pytest.approx(values[1], rel=1e-4)
    assert relative(dictionary @ single.double(), dictionary @ double) < 5e-3 or not double.any()


def test_no_more_iterations_than_allowed_are_done() -> None:
    dictionary = random_dictionary(4, 24, dtype=torch.float32)
    patches = 0.3 * normal(16, 130, dtype=torch.float32)
    states = []
    for limits in ((7,), (3, 4)):
        state = torch.zeros(24, 130)
        for limit in limits:
            ExactCoder(dictionary, 0.01, 1e-12, limit).advance(patches, state)
        states.append(state)
    assert relative(states[0], states[1]) < 1e-5


def test_columns_of_a_larger_state_are_changed_in_place() -> None:
    dictionary = random_dictionary(4, 24, dtype=torch.float32)
    patches = 0.3 * normal(16, 100, dtype=torch.float32)
    state, alone = torch.zeros(24, 300), torch.zeros(24, 100)
    coder = ExactCoder(dictionary, 0.01)
    coder.advance(patches, state[:, 150:250])
    coder.advance(patches, alone)
    assert torch.equal(state[:, 150:250], alone)
    assert not state[:, :150].any()
    assert not state[:, 250:].any()
