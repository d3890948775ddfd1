from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from recon_cli.engine.patches.grid import Boundary, PatchGrid
from recon_cli.engine.priors.dictionary import weights_network
from recon_cli.engine.priors.dictionary.codes import Codes
from recon_cli.engine.priors.dictionary.reweighting import Reweighting, activity
from recon_cli.engine.priors.dictionary.weights_network import MOST, Seen, WeightsNetwork

from ....helpers import generator, normal, random_images, relative

ATOMS, SIZE = 5, 4
both_boundaries = pytest.mark.parametrize("boundary", ["inside", "periodic"])


def network_of(stride: int = 2, seed: int = 0, dilations: tuple[int, ...] = (1, 2)) -> WeightsNetwork:
    """Return a network that changes a lot, in double precision."""
    empty = WeightsNetwork.initial(ATOMS, stride, 6, dilations, generator(seed))
    moved = {
        name: tensor + 0.2 * normal(*tensor.shape, seed=seed + number, dtype=torch.float32)
        for number, (name, tensor) in enumerate(empty.tensors.items())
    }
    return WeightsNetwork(**moved, dilations=dilations).to(normal(1))


def rule_of(network: WeightsNetwork | None) -> Reweighting:
    scale = torch.linspace(0.3, 0.6, ATOMS, dtype=torch.float64)[:, None]
    return Reweighting(normal(()).abs(), scale, normal((), seed=1).abs(), network=network)


def found_in(
    network: WeightsNetwork | None, state: Tensor, image: Tensor, grid: PatchGrid, sigma: float = 10.0
) -> Tensor:
    """Return the weights as planes, `(planes, atoms, rows, columns)`."""
    rule, codes = rule_of(network), Codes(state)
    around = activity(codes, grid)
    seen = Seen(image, 0.1 * image.flip(2), sigma)
    weights = rule.weights(around, rule.hidden(codes, around, seen, grid))
    return weights.view(ATOMS, grid.batch, grid.rows, grid.cols).transpose(0, 1)


def case(
    stride: int = 2, boundary: Boundary = "periodic", batch: int = 2
) -> tuple[PatchGrid, Tensor, Tensor]:
    grid = PatchGrid(batch, 16, 20, SIZE, stride, boundary)
    return grid, normal(ATOMS, grid.columns, seed=3), random_images(batch, 16, 20)


def test_at_its_start_it_changes_nothing() -> None:
    grid, state, image = case()
    empty = WeightsNetwork.initial(ATOMS, 2, 6, (1, 2), generator(0)).to(image)
    assert torch.equal(found_in(empty, state, image, grid), found_in(None, state, image, grid))


@both_boundaries
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_a_weight_is_at_most_so_many_times_the_rules(boundary: Boundary, stride: int) -> None:
    grid, state, image = case(stride, boundary)
    network = network_of(stride)
    ruled = found_in(None, state, image, grid)
    moderate = found_in(network, state, image, grid) / ruled
    assert 0.2 < float(moderate.log().std()) < 0.9 * MOST
    wild = replace(network, leave=1e3 * network.leave)
    extreme = (found_in(wild, state, image, grid) / ruled).log().abs()
    assert MOST - 0.01 < float(extreme.max()) < MOST + 1e-6


def test_on_the_torus_weights_move_with_the_image() -> None:
    grid, state, image = case()
    network = network_of()
    moved_state = state.view(-1, 2, grid.rows, grid.cols).roll((2, 3), (2, 3)).reshape(ATOMS, -1)
    expected = found_in(network, state, image, grid).roll((2, 3), (2, 3))
    rule, seen = rule_of(network), Seen(image, 0.1 * image.flip(2), 10.0)
    moved = Seen(seen.image.roll((4, 6), (1, 2)), seen.residual.roll((4, 6), (1, 2)), 10.0)
    codes = Codes(moved_state)
    around = activity(codes, grid)
    weights = rule.weights(around, rule.hidden(codes, around, moved, grid))
    torch.testing.assert_close(weights.view(ATOMS, 2, grid.rows, grid.cols).transpose(0, 1), expected)


@both_boundaries
def test_each_image_is_as_if_alone(boundary: Boundary) -> None:
    grid, state, image = case(boundary=boundary)
    both, alone = found_in(network_of(), state, image, grid), replace(grid, batch=1)
    for which in range(2):
        columns = state[:, which * grid.per_image : (which + 1) * grid.per_image]
        single = found_in(network_of(), columns, image[which : which + 1], alone)
        torch.testing.assert_close(single[0], both[which])


@both_boundaries
def test_tiles_do_not_show(boundary: Boundary, monkeypatch: pytest.MonkeyPatch) -> None:
    grid, state, image = case(boundary=boundary)
    whole = found_in(network_of(), state, image, grid)
    monkeypatch.setattr(weights_network, "SIDE", 3)
    torch.testing.assert_close(found_in(network_of(), state, image, grid), whole)


def test_the_grey_level_has_no_influence_and_the_image_has() -> None:
    grid, state, image = case()
    rule = rule_of(network_of())
    around = activity(Codes(state), grid)

    def hidden(shown: Tensor) -> Tensor:
        found = rule.hidden(Codes(state), around, Seen(shown, 0 * image, 10.0), grid)
        assert found is not None
        return found

    torch.testing.assert_close(hidden(image + 0.3), hidden(image))
    assert relative(hidden(image.flip(1)), hidden(image)) > 1e-3


def test_the_noise_level_scales_the_residual_and_is_told() -> None:
    grid, state, image = case()
    network = network_of()
    deaf, around = replace(network, level=0 * network.level), activity(Codes(state), grid)

    def hidden(of: WeightsNetwork, sigma: float, residual: Tensor) -> Tensor:
        found = rule_of(of).hidden(Codes(state), around, Seen(image, residual, sigma), grid)
        assert found is not None
        return found

    torch.testing.assert_close(hidden(deaf, 20.0, 2 * image), hidden(deaf, 10.0, image))
    assert relative(hidden(network, 20.0, 2 * image), hidden(network, 10.0, image)) > 1e-3


@both_boundaries
def test_an_image_smaller_than_what_it_sees_will_do(boundary: Boundary) -> None:
    grid = PatchGrid(1, 6, 6, SIZE, 2, boundary)
    network = network_of(dilations=(1, 3, 5))
    weights = found_in(network, normal(ATOMS, grid.columns), random_images(1, 6, 6), grid)
    assert bool((weights.isfinite() & (weights > 0)).all())


def test_the_layers_are_residual_dilated_convolutions() -> None:
    grid, state, image = case(batch=1)
    network = network_of()
    entered = normal(6, grid.columns, seed=8)
    seen = Seen(0 * image, 0 * image, 25.0)
    h = entered.view(6, 1, grid.rows, grid.cols).transpose(0, 1) + network.biases[0][:, None, None]
    for kernel, bias, d in zip(network.body, network.biases[1:], network.dilations, strict=True):
        h = h + F.conv2d(F.pad(h.relu(), (d, d, d, d), "circular"), kernel, bias, dilation=d)
    torch.testing.assert_close(network.hidden(entered, seen, grid), h.transpose(0, 1).reshape(6, -1))
    assert state.shape[1] == grid.columns


@pytest.mark.parametrize("name", [*WeightsNetwork.names(), "gain", "scale", "power"])
def test_gradients_are_those_of_finite_differences(name: str) -> None:
    grid, state, image = case()
    network, codes, direction = network_of(), Codes(state), normal(ATOMS, grid.columns, seed=9)
    around = activity(codes, grid)
    start = network.tensors[name] if name in network.tensors else getattr(rule_of(None), name)

    def loss(value: Tensor) -> Tensor:
        if name in network.tensors:
            rule = rule_of(replace(network, **{name: value}))
        else:
            rule = replace(rule_of(network), **{name: value})
        hidden = rule.hidden(codes, around, Seen(image, 0.1 * image.flip(2), 10.0), grid)
        return (direction * rule.weights(around, hidden)).sum()

    value = start.clone().requires_grad_()
    slope = torch.autograd.grad(loss(value), value)[0]
    move = normal(max(1, start.numel()), seed=4).view(start.shape)
    expected = float(loss(start + 1e-7 * move) - loss(start - 1e-7 * move)) / 2e-7  # no kink is that near
    assert abs(expected) > 1e-6
    assert float((slope * move).sum()) == pytest.approx(expected, rel=1e-5)
