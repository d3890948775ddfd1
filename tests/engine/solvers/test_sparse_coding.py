from __future__ import annotations

from functools import lru_cache

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from recon_cli.engine.priors.dictionary.shrinkage import shrink
from recon_cli.engine.solvers.sparse_coding import ExactCoder, FistaCoder, SparseCoder

from ...helpers import normal, random_dictionary, relative, sparse_codes_slowly, sparse_value

LEVELS = [0.006, 0.03]
DECAYS = [1.0, 0.8]


def patches_of(dictionary: Tensor, count: int = 30, seed: int = 1) -> Tensor:
    """Return noisy sparse combinations of the atoms."""
    sparse = F.softshrink(normal(dictionary.shape[1], count, seed=seed), 1.2)
    noise = 0.05 * normal(dictionary.shape[0], count, seed=seed + 1)
    patches = dictionary @ sparse.to(dictionary) + noise.to(dictionary)
    return 0.3 * (patches - patches.mean(0))


def encode(coder: SparseCoder, patches: Tensor, state: Tensor) -> Tensor:
    """Advance the state and return its codes."""
    coder.advance(patches, state)
    return shrink(state, coder.threshold)


@lru_cache
def reference_codes(lam: float, decay: float) -> Tensor:
    """Return the slow codes of the default patches; tests share them and leave them unchanged."""
    dictionary = random_dictionary(4, 24, decay=decay)
    return sparse_codes_slowly(dictionary, patches_of(dictionary), lam)


def empty(dictionary: Tensor, patches: Tensor) -> Tensor:
    return patches.new_zeros(dictionary.shape[1], patches.shape[1])


@pytest.mark.parametrize("lam", LEVELS)
@pytest.mark.parametrize("decay", DECAYS)
def test_exact_codes_are_the_minimiser(lam: float, decay: float) -> None:
    dictionary = random_dictionary(4, 24, decay=decay)
    patches = patches_of(dictionary)
    reference = reference_codes(lam, decay)
    coder = ExactCoder(dictionary, lam, 1e-10, 20_000)
    codes = encode(coder, patches, empty(dictionary, patches))
    assert 0 < float((codes != 0).double().mean()) < 0.9
    value, least = (sparse_value(dictionary, patches, a, lam) for a in (codes, reference))
    assert abs(value / least - 1) < 1e-9
    assert relative(dictionary @ codes, dictionary @ reference) < 1e-5


@pytest.mark.parametrize("lam", LEVELS)
def test_exact_codes_satisfy_the_optimality_conditions(lam: float) -> None:
    dictionary = random_dictionary(4, 24)
    patches = patches_of(dictionary)
    codes = encode(ExactCoder(dictionary, lam, 1e-12, 20_000), patches, empty(dictionary, patches))
    correlation = dictionary.T @ (patches - dictionary @ codes) / lam
    assert float(correlation.abs().max()) < 1 + 1e-7
    active = codes != 0
    assert float((correlation - torch.sign(codes))[active].abs().max()) < 1e-7


@pytest.mark.parametrize("lam", LEVELS)
@pytest.mark.parametrize("decay", DECAYS)
def test_the_default_accuracy_is_within_a_thousandth_of_the_minimum(lam: float, decay: float) -> None:
    dictionary = random_dictionary(4, 24, decay=decay)
    patches = patches_of(dictionary)
    reference = reference_codes(lam, decay)
    codes = encode(ExactCoder(dictionary, lam), patches, empty(dictionary, patches))
    least = sparse_value(dictionary, patches, reference, lam)
    assert least <= sparse_value(dictionary, patches, codes, lam) < 1.001 * least


@pytest.mark.parametrize("lam", LEVELS)
def test_fista_agrees_with_the_exact_codes(lam: float) -> None:
    dictionary = random_dictionary(4, 24)
    patches = patches_of(dictionary)
    exact = encode(ExactCoder(dictionary, lam, 1e-12, 20_000), patches, empty(dictionary, patches))
    fista = encode(FistaCoder(dictionary, lam, 1e-12, 100_000), patches, empty(dictionary, patches))
    assert relative(fista, exact) < 1e-6


def test_fista_is_written_as_in_the_paper() -> None:
    """Each patch alone, by the textbook iteration, stopped by its own relative change."""
    dictionary, lam = random_dictionary(3, 12), 0.01
    patches = patches_of(dictionary, 7)
    codes = encode(FistaCoder(dictionary, lam), patches, empty(dictionary, patches))
    for k, patch in enumerate(patches.T):
        a = b = torch.zeros(12, dtype=torch.float64)
        t, change = 1.0, 1.0
        while change >= 1e-4:
            new = F.softshrink(b - dictionary.T @ (dictionary @ b - patch), lam)
            change = float((new - a).abs().sum() / (a.abs().sum() + 1e-8))
            faster = (1 + (1 + 4 * t * t) ** 0.5) / 2
            a, b, t = new, new + (t - 1) / faster * (new - a), faster
        torch.testing.assert_close(codes[:, k], a)


@pytest.mark.parametrize("kind", [ExactCoder, FistaCoder])
def test_a_finished_state_is_a_fixed_point(kind: type[ExactCoder] | type[FistaCoder]) -> None:
    dictionary = random_dictionary(4, 24)
    patches = patches_of(dictionary)
    coder = kind(dictionary, 0.01, 1e-12, 50_000)
    state = empty(dictionary, patches)
    codes = encode(coder, patches, state)
    again = encode(coder, patches, state)
    assert relative(again, codes) < 1e-6


@pytest.mark.parametrize("kind", [ExactCoder, FistaCoder])
def test_a_warm_start_leads_to_the_same_codes(kind: type[ExactCoder] | type[FistaCoder]) -> None:
    dictionary = random_dictionary(4, 24)
    patches = patches_of(dictionary)
    coder = kind(dictionary, 0.01, 1e-12, 50_000)
    cold = encode(coder, patches, empty(dictionary, patches))
    state = empty(dictionary, patches)
    encode(coder, patches + 0.02 * normal(*patches.shape, seed=5), state)
    assert relative(encode(coder, patches, state), cold) < 1e-6


@pytest.mark.parametrize("kind", [ExactCoder, FistaCoder])
def test_patches_are_independent(kind: type[ExactCoder] | type[FistaCoder]) -> None:
    dictionary = random_dictionary(4, 24)
    patches = patches_of(dictionary)
    coder = kind(dictionary, 0.01, 1e-12, 50_000)
    together = encode(coder, patches, empty(dictionary, patches))
    alone = encode(coder, patches[:, 3:4], empty(dictionary, patches[:, 3:4]))
    assert relative(alone, together[:, 3:4]) < 1e-6


@pytest.mark.parametrize("kind", [ExactCoder, FistaCoder])
def test_a_level_above_every_correlation_gives_no_codes(kind: type[ExactCoder] | type[FistaCoder]) -> None:
    dictionary = random_dictionary(4, 24)
    patches = patches_of(dictionary)
    lam = 1.01 * float((dictionary.T @ patches).abs().max())
    state = empty(dictionary, patches)
    assert not bool(encode(kind(dictionary, lam), patches, state).any())
    lower = encode(kind(dictionary, 0.9 * lam), patches, empty(dictionary, patches))
    assert bool(lower.any())


@pytest.mark.parametrize("kind", [ExactCoder, FistaCoder])
def test_the_allowed_iterations_are_kept(kind: type[ExactCoder] | type[FistaCoder]) -> None:
    dictionary = random_dictionary(4, 24)
    patches = patches_of(dictionary)
    states = [empty(dictionary, patches) for _ in range(2)]
    kind(dictionary, 0.03, 1e-12, 6).advance(patches, states[0])
    kind(dictionary, 0.03, 1e-12, 50).advance(patches, states[1])
    reference = reference_codes(0.03, 1.0)
    threshold = kind(dictionary, 0.03).threshold
    errors = [relative(shrink(state, threshold), reference) for state in states]
    assert errors[0] > 2 * errors[1] > 0


@pytest.mark.parametrize("kind", [ExactCoder, FistaCoder])
def test_single_precision_agrees_with_double_precision(kind: type[ExactCoder] | type[FistaCoder]) -> None:
    dictionary = random_dictionary(4, 24)
    patches = patches_of(dictionary)
    fine = encode(kind(dictionary, 0.01, 1e-6), patches, empty(dictionary, patches))
    narrow = patches.float()
    coarse = encode(kind(dictionary.float(), 0.01, 1e-6), narrow, empty(dictionary, narrow))
    assert coarse.dtype == torch.float32
    assert relative(coarse, fine) < 1e-3


def test_the_state_of_a_part_of_the_columns_is_changed_in_place() -> None:
    """Solvers pass a view of some columns; the others have to stay."""
    dictionary = random_dictionary(4, 24)
    patches = patches_of(dictionary)
    for kind in (ExactCoder, FistaCoder):
        coder = kind(dictionary, 0.01)
        state = torch.full((24, 40), 7.0, dtype=torch.float64)
        part = state[:, 5:35]
        part.zero_()
        coder.advance(patches, part)
        assert bool(part.any())
        assert bool((state[:, :5] == 7).all())
        assert bool((state[:, 35:] == 7).all())
