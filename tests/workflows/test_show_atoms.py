from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from recon_cli.engine.measurement import Task
from recon_cli.errors import ReconError
from recon_cli.models.dictionary import Dictionary, normalise
from recon_cli.models.penalties import Penalties
from recon_cli.models.registry import find_dictionary
from recon_cli.models.tuned import Tuned
from recon_cli.workflows import show_atoms as workflow
from recon_cli.workflows.show_atoms import atom_frequencies, measure_usage, show_atoms, singular_values

from ..helpers import normal, patches_slowly, random_dictionary, random_images, sparse_codes_slowly

TUNED = {("denoise", "full"): Tuned(0.4, 0.02), ("denoise", "unrolled"): Tuned(2.0, 0.05)}
IMAGE = random_images(1, 14, 17, dtype=torch.float32)[0].numpy()


def _dictionary(
    atoms: Tensor | None = None, tuned: dict[tuple[Task, str], Tuned] | None = None
) -> Dictionary:
    atoms = random_dictionary(5, 24, dtype=torch.float32) if atoms is None else atoms
    return Dictionary(atoms, "mean-free", 25.0, TUNED if tuned is None else tuned, name="mine")


def _cosine(size: int, row: int, column: int, phase: float) -> Tensor:
    place = torch.arange(size, dtype=torch.float64)
    angle = 2 * math.pi * (row * place[:, None] + column * place) / size + phase
    return torch.cos(angle).flatten()


@pytest.mark.parametrize("size", [8, 9])
def test_the_frequency_of_a_cosine_is_its_own(size: int) -> None:
    waves = [(0, 1), (1, 0), (2, 3), (-3, 1), (4, 4)]
    atoms = torch.stack([_cosine(size, *wave, phase=0.3 + k) for k, wave in enumerate(waves)], 1)
    expected = [math.hypot(*wave) / size for wave in waves]
    np.testing.assert_allclose(atom_frequencies(atoms), expected, rtol=1e-12)
    np.testing.assert_allclose(atom_frequencies(-7 * atoms), expected, rtol=1e-12)


def test_the_frequency_of_two_cosines_is_their_mean_weighted_by_power() -> None:
    mixed = _cosine(10, 0, 1, 0.2) + 2 * _cosine(10, 3, 0, 0.4)
    assert atom_frequencies(mixed[:, None])[0] == pytest.approx((0.1 + 4 * 0.3) / 5)


def test_frequencies_of_a_permuted_dictionary_are_permuted() -> None:
    atoms = random_dictionary(6, 30)
    order = torch.randperm(30, generator=torch.Generator().manual_seed(1))
    np.testing.assert_array_equal(atom_frequencies(atoms[:, order]), atom_frequencies(atoms)[order])


@pytest.mark.parametrize(("atoms", "count"), [(40, 24), (25, 24), (9, 9)])
def test_the_zero_that_the_zero_mean_forces_is_left_out(atoms: int, count: int) -> None:
    dictionary = random_dictionary(5, atoms)
    everything = torch.linalg.svdvals(dictionary).numpy()
    values = singular_values(dictionary)
    np.testing.assert_allclose(values, everything[:count], rtol=1e-10)
    assert everything[count:].sum() < 1e-12
    assert values[0] == pytest.approx(1)


def test_the_condition_of_a_rank_deficient_dictionary_is_infinite() -> None:
    raw = normal(25, 10, dtype=torch.float32)
    view = show_atoms(_dictionary(normalise(raw)))
    assert view.condition == pytest.approx(view.singular_values[0] / view.singular_values[-1])
    assert show_atoms(_dictionary(normalise(torch.cat([raw, raw[:, :1]], 1)))).condition == math.inf


@pytest.mark.parametrize("variant", ["mean-free", "fixed-mean"])
def test_usage_is_that_of_slow_exact_codes(variant: str) -> None:
    dictionary = Dictionary(_dictionary().atoms, variant, 25.0, TUNED)  # type: ignore[arg-type]
    patches = patches_slowly(torch.from_numpy(IMAGE)[None], 5)
    codes = sparse_codes_slowly(dictionary.atoms, patches - patches.mean(0), 0.02)
    usage = measure_usage(dictionary, IMAGE, 25)
    assert (usage.patches, usage.lam) == (10 * 13, 0.02)
    assert 0.1 < float((codes != 0).double().mean()) < 0.9
    share = [sum(float(code) != 0 for code in row) / len(row) for row in codes]
    np.testing.assert_allclose(usage.share, share, atol=1.5 / usage.patches)
    np.testing.assert_allclose(usage.magnitude, codes.abs().mean(1), rtol=2e-3, atol=1e-5)


def test_many_patches_are_thinned_to_a_square_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "MAX_PATCHES", 30)
    usage = measure_usage(_dictionary(), IMAGE, 25)
    assert usage.patches == 4 * 5
    patches = patches_slowly(torch.from_numpy(IMAGE)[None], 5).view(25, 10, 13)[:, ::3, ::3].flatten(1)
    codes = sparse_codes_slowly(_dictionary().atoms, patches - patches.mean(0), 0.02)
    np.testing.assert_allclose(usage.magnitude, codes.abs().mean(1), rtol=2e-3, atol=1e-5)


def test_usage_takes_lam_of_full_else_of_unrolled() -> None:
    assert (
        measure_usage(_dictionary(tuned={("denoise", "unrolled"): Tuned(2.0, 0.05)}), IMAGE, 25).lam == 0.05
    )
    with pytest.raises(ReconError, match="mine has no lam tuned for full or unrolled") as refused:
        measure_usage(_dictionary(tuned={}), IMAGE, 25)
    assert refused.value.exit_code == 2


def test_the_order_follows_what_is_asked() -> None:
    plain, used = show_atoms(_dictionary()), show_atoms(_dictionary(), IMAGE)
    assert (plain.sort, used.sort) == ("frequency", "usage")
    assert sorted(plain.order) == sorted(used.order) == list(range(24))
    assert (np.diff(plain.frequencies[plain.order]) >= 0).all()
    assert used.usage is not None
    assert (np.diff(used.usage.share[used.order]) <= 0).all()
    both = show_atoms(_dictionary(), IMAGE, "frequency")
    np.testing.assert_array_equal(both.order, plain.order)
    assert both.usage is not None
    np.testing.assert_array_equal(both.usage.share, used.usage.share)


def test_atoms_are_ordered_by_penalty() -> None:
    atoms, penalties = _dictionary().atoms, torch.linspace(1.5, 0.5, 24)
    known = Penalties((5, 25), torch.stack([penalties.flip(0), penalties]))
    dictionary = Dictionary(atoms, "mean-free", 25.0, TUNED, penalties=known)
    view = show_atoms(dictionary, IMAGE, "penalty")
    assert view.penalties is not None
    np.testing.assert_allclose(view.penalties, penalties.numpy(), rtol=1e-6)
    assert list(view.order) == list(range(23, -1, -1))
    assert list(show_atoms(dictionary, sort="penalty", sigma=5).order) == list(range(24))
    with pytest.raises(ReconError, match="all atoms of mine have the same penalty") as refused:
        show_atoms(_dictionary(), sort="penalty")
    assert refused.value.exit_code == 2


def test_equal_atoms_keep_the_order_of_the_file() -> None:
    raw = normal(25, 4, dtype=torch.float32)
    twice = show_atoms(_dictionary(normalise(torch.cat([raw, -raw], 1)))).order.tolist()
    assert [twice.index(k + 4) - twice.index(k) for k in range(4)] == [1, 1, 1, 1]


def test_a_permuted_dictionary_shows_the_same_tiles() -> None:
    atoms = _dictionary().atoms
    order = torch.randperm(24, generator=torch.Generator().manual_seed(2))
    view, permuted = show_atoms(_dictionary()), show_atoms(_dictionary(atoms[:, order]))
    np.testing.assert_array_equal(order.numpy()[permuted.order], view.order)
    np.testing.assert_array_equal(permuted.tiles(), view.tiles())
    np.testing.assert_allclose(np.abs(view.tiles()).max((1, 2)), 1)
    first = atoms[:, view.order[0]].double().view(5, 5)
    np.testing.assert_allclose(view.tiles()[0], first / first.abs().max())


def test_usage_of_a_bundled_model_is_the_same_twice() -> None:
    image = random_images(1, 30, 30, dtype=torch.float32)[0].numpy()
    once, again = (measure_usage(find_dictionary(None, 25), image, 25) for _ in range(2))
    np.testing.assert_array_equal(once.share, again.share)
    np.testing.assert_array_equal(once.magnitude, again.magnitude)
    assert 0 < once.share.min() <= once.share.max() <= 1


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(ReconError, match="--sort usage needs an image") as refused:
        show_atoms(_dictionary(), None, "usage")
    assert refused.value.exit_code == 2
    with pytest.raises(ReconError, match="4 x 17 pixels, smaller than a patch of 5 x 5"):
        show_atoms(_dictionary(), IMAGE[:4])


def test_the_progress_of_the_usage_rises_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "_BLOCK", 40)
    shares: list[float] = []
    show_atoms(_dictionary(), IMAGE, callback=shares.append)
    assert len(shares) > 2
    assert shares == sorted(set(shares))
    assert shares[-1] == 1
