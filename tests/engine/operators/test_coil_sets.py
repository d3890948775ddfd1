"""Two sets of coil maps, each with an image of its own."""

from __future__ import annotations

import pytest
import torch

from recon_cli.engine.operators import CoilMaps, CoilSets, Fourier
from recon_cli.engine.operators.coil_sets import coils_of

from ...helpers import complex_normal, normal, random_maps, random_mask, relative


def test_coils_see_the_sum_over_sets() -> None:
    maps = complex_normal(2, 3, 6, 7)
    operator = CoilSets(maps)
    assert operator.image_shape == (12, 7)
    x = complex_normal(4, 12, 7)
    seen = CoilMaps(maps[0]).forward(x[:, :6]) + CoilMaps(maps[1]).forward(x[:, 6:])
    assert relative(operator.forward(x), seen) < 1e-12


def test_one_set_is_what_maps_are() -> None:
    maps, mask = random_maps(3, 6, 7), random_mask(6, 7)
    one, plain = (Fourier(mask) @ make for make in (CoilSets(maps[None]), CoilMaps(maps)))
    x = complex_normal(2, 6, 7)
    assert relative(one.normal(x), plain.normal(x)) < 1e-12
    assert relative(one.spectrum(x.real), plain.spectrum(x.real)) < 1e-12
    assert isinstance(coils_of(maps), CoilMaps)
    assert isinstance(coils_of(maps[None]), CoilSets)


def test_the_norm_of_orthonormal_sets_is_one() -> None:
    pixels = torch.linalg.qr(complex_normal(6, 7, 4, 2)).Q
    assert CoilSets(pixels.permute(3, 2, 0, 1)).norm(normal(1)) == pytest.approx(1, abs=1e-12)


def test_pixels_that_a_set_does_not_see_are_known() -> None:
    maps = complex_normal(2, 3, 6, 7)
    assert CoilSets(maps).seen() is None
    maps[1, :, 2:] = 0
    seen = CoilSets(maps).seen()
    assert seen is not None
    assert bool(seen[:8].all())
    assert not seen[8:].any()


def test_maps_of_other_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(sets, coils, height, width\)"):
        CoilSets(complex_normal(3, 6, 7))
