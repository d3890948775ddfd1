"""An operator for each image of a batch, as each is alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from recon_cli.engine.operators import CoilMaps, CoilSets, Fourier, LinearOperator
from recon_cli.engine.operators.beside import Beside
from recon_cli.engine.operators.fourier import Origin

from ...helpers import assert_adjoint, complex_normal, normal, random_maps, random_mask, relative
from .every import Blur, Times

SHAPE = (6, 7)


def _maps(coils: int, seed: int) -> Tensor:
    return complex_normal(coils, *SHAPE, seed=seed)


def _mask(seed: int) -> Tensor:
    return random_mask(*SHAPE, seed=seed)


def _columns(seed: int) -> Tensor:
    return random_mask(1, SHAPE[1], seed=seed).expand(SHAPE)


def _of_masks(origin: Origin) -> list[LinearOperator]:
    return [Fourier(random_mask(*SHAPE, seed=k), origin) @ CoilMaps(_maps(3, k)) for k in range(3)]


EVERY: dict[str, Callable[[], list[LinearOperator]]] = {
    "masks and maps": lambda: _of_masks("centered"),
    "uncentered": lambda: _of_masks("uncentered"),
    "shifted": lambda: _of_masks("shifted"),
    "one mask": lambda: [Fourier(random_mask(*SHAPE)) @ CoilMaps(_maps(3, k)) for k in range(3)],
    "columns": lambda: [Fourier(_columns(k)) @ CoilMaps(_maps(2, k)) for k in range(3)],
    "fewer coils": lambda: [Fourier(_mask(k)) @ CoilMaps(_maps(k + 1, k)) for k in range(3)],
    "sets": lambda: [Fourier(_mask(k)) @ CoilSets(_maps(6, k).unflatten(0, (2, 3))) for k in range(3)],
    "masks alone": lambda: [Fourier(_mask(k)) for k in range(3)],
    "different kinds": lambda: [Fourier(random_mask(*SHAPE)), Blur(SHAPE), Times(SHAPE, 3.0)],
}
every_case = pytest.mark.parametrize("make", EVERY.values(), ids=EVERY.keys())


def _images(operators: list[LinearOperator]) -> Tensor:
    return complex_normal(len(operators), *operators[0].image_shape, seed=7)


@every_case
def test_each_image_has_its_own(make: Callable[[], list[LinearOperator]]) -> None:
    operators = make()
    together, x = Beside(operators), _images(make())
    data, normals = together.forward(x), together.normal(x)
    back = together.adjoint(data)
    for k, one in enumerate(operators):
        alone = one.forward(x[k : k + 1])
        assert relative(data[k : k + 1, : alone.shape[1]], alone + 0j) < 1e-12
        assert not bool(data[k : k + 1, alone.shape[1] :].any())
        assert relative(normals[k : k + 1], one.normal(x[k : k + 1]) + 0j) < 1e-12
        assert relative(back[k : k + 1], one.normal(x[k : k + 1]) + 0j) < 1e-12


@every_case
def test_forward_and_adjoint_are_adjoint(make: Callable[[], list[LinearOperator]]) -> None:
    together, x = Beside(make()), _images(make())
    y = complex_normal(*together.forward(x).shape, seed=8)
    assert_adjoint(together.forward, together.adjoint, x, y)


@every_case
def test_the_norm_is_the_largest_and_the_spectrum_the_mean(make: Callable[[], list[LinearOperator]]) -> None:
    operators, like = make(), normal(1)
    together = Beside(operators)
    assert together.image_shape == operators[0].image_shape
    assert together.norm(like) == max(one.norm(like) for one in operators)
    assert relative(together.spectrum(like), sum(one.spectrum(like) for one in operators) / 3) < 1e-12  # type: ignore[arg-type, operator]


def test_what_one_image_sees_is_seen() -> None:
    maps = [random_maps(2, *SHAPE) for _ in range(2)]
    for k, each in enumerate(maps):
        each[:, 2 * k : 4] = 0
    seen = Beside([CoilMaps(each) for each in maps]).seen()
    assert seen is not None
    assert seen.all(1).tolist() == [True, True, False, False, True, True]
    assert Beside([CoilMaps(maps[0]), CoilMaps(random_maps(2, *SHAPE))]).seen() is None


def test_images_of_one_shape_alone_have_a_batch() -> None:
    with pytest.raises(ValueError, match="images of the shapes"):
        Beside([Times((5, 6), 1.0), Times((6, 5), 1.0)])


def test_masks_of_real_images_take_the_part_that_they_see() -> None:
    mask = torch.stack([random_mask(*SHAPE, seed=k) for k in range(2)])[:, None]
    together, x = Fourier(mask), normal(2, 3, *SHAPE)
    for k in range(2):
        assert relative(together.normal(x)[k], Fourier(mask[k, 0]).normal(x[k])) < 1e-12
    alone = [Fourier(each[0]).spectrum(normal(1)) for each in mask]
    assert relative(together.spectrum(normal(1)), (alone[0] + alone[1]) / 2) < 1e-12
