from __future__ import annotations

from collections import deque

import pytest
import torch

from recon_cli.engine.solvers.conjugate_gradients import conjugate_gradients
from recon_cli.engine.solvers.recycled import NUMBERS, RecycledSteps

from ...helpers import normal, relative
from .test_conjugate_gradients import DenseSystem, unchanged


@pytest.mark.parametrize("parts", [1, 2])
def test_the_same_system_is_solved_by_and_by(parts: int) -> None:
    system, right = DenseSystem(100, parts=parts), normal(2 * parts, 4, 5)
    steps, x = RecycledSteps(system.apply, system.directed, right, parts), torch.zeros_like(right)
    for _ in range(60):
        x = steps(right, x)
    assert relative(x, system.solve(right)) < 1e-6


def test_right_sides_that_change_little_need_fewer_uses_of_the_map_than_conjugate_gradients() -> None:
    system, right, change = DenseSystem(30), normal(1, 4, 5), normal(1, 4, 5, seed=1)
    steps, x = RecycledSteps(system.apply, system.directed, right), torch.zeros_like(right)
    alone = torch.zeros_like(right)
    uses = [0, 0]
    for number in range(30):
        moved = right + 0.5**number * change
        before = system.uses
        x = steps(moved, x)
        between = system.uses
        alone = conjugate_gradients(system.apply, moved, alone, unchanged, 1e-15, 0.3, 6)
        uses[0] += between - before
        uses[1] += system.uses - between
    assert uses[0] < 0.7 * uses[1]
    assert relative(x, system.solve(right)) < 10 * max(relative(alone, system.solve(right)), 1e-9)


def test_another_first_guess_than_the_last_solution_is_taken_as_it_is() -> None:
    system, right, guess = DenseSystem(10), normal(1, 4, 5), normal(1, 4, 5, seed=1)
    steps = RecycledSteps(system.apply, system.directed, right)
    steps(right, torch.zeros_like(right))
    solution = system.solve(right)
    before = guess.clone()
    for _ in range(40):
        guess = steps(right, guess.clone())
    assert relative(guess, solution) < 1e-6
    assert not torch.equal(guess, before)


def test_a_batch_goes_as_its_images_alone_and_zeros_stay() -> None:
    system, right = DenseSystem(10), normal(2, 4, 5)
    right[1] = 0
    steps, x = RecycledSteps(system.apply, system.directed, right), torch.zeros_like(right)
    for _ in range(40):
        x = steps(right, x)
    assert bool(x.isfinite().all())
    assert not x[1].any()
    assert relative(x[:1], system.solve(right[:1])) < 1e-6


def test_what_is_held_for_each_pixel_is_counted() -> None:
    system, right = DenseSystem(30, torch.float32), normal(1, 4, 5, dtype=torch.float32)
    steps = RecycledSteps(system.apply, system.directed, right)
    x = torch.zeros_like(right)
    for number in range(12):
        x = steps((1 + 0.5**number) * right, x)
    held = sum(each.nbytes for each in _tensors(vars(steps)))
    new = 2 * 4 * right.nbytes  # as many directions as are kept, which are held while a system is solved
    assert held + new == NUMBERS * right.nbytes


def test_solutions_of_nearly_singular_systems_settle_in_single_precision() -> None:
    system, right = DenseSystem(1e6, torch.float32), normal(1, 4, 5, dtype=torch.float32)
    steps, x = RecycledSteps(system.apply, system.directed, right), torch.zeros_like(right)
    changes = []
    for number in range(200):
        last, x = x, steps((1 + 0.8**number) * right, x)
        changes.append(relative(x, last))
    assert max(changes[-40:]) < 1e-6


def test_a_part_of_the_residual_may_be_computed_otherwise() -> None:
    system, constant, right = DenseSystem(30), normal(1, 4, 5), normal(1, 4, 5, seed=1)
    whole, parted = (
        RecycledSteps(apply, system.directed, right) for apply in (system.apply, lambda x: 2 * x)
    )
    x = y = torch.zeros_like(right)
    for number in range(12):
        moved = (1 + 0.5**number) * right
        x = whole(moved + constant, x)
        y = parted(moved, y, lambda z: constant - (system.apply(z) - 2 * z))
        assert relative(y, x) < 1e-9


@pytest.mark.parametrize("condition", [1e2, 1e4])
def test_late_systems_are_solved_enough_however_hard(condition: float) -> None:
    system, first, second = DenseSystem(condition), normal(1, 4, 5), normal(1, 4, 5, seed=1)
    steps, x = RecycledSteps(system.apply, system.directed, first), torch.zeros_like(first)
    for number in range(70):
        right = first if number % 2 else second
        before = (right - system.apply(x)).norm()
        x = steps(right, x)
        if number > 50:
            assert (right - system.apply(x)).norm() < 0.41 * before


@pytest.mark.parametrize("parts", [1, 2])
def test_systems_side_by_side_are_solved_as_each_is_alone(parts: int) -> None:
    """One of them needs more steps than there may be, and then begins without its directions."""
    systems = [DenseSystem(condition, parts=parts) for condition in (3, 30, 1e5)]
    rights = [normal(parts, 4, 5, seed=k) for k in range(3)]
    alone, many = ([_steps(system, rights[0], parts) for system in systems] for _ in range(2))
    xs = [torch.zeros_like(right) for right in rights]
    ys = list(xs)

    def apply(x: torch.Tensor) -> torch.Tensor:
        planes = x.split(parts)
        return torch.cat([system.apply(own) for system, own in zip(systems, planes, strict=True)])

    alone[2](rights[2], xs[2])  # one that has begun before
    many[2](rights[2], xs[2])
    for number in range(12):
        moved = [(1 + 0.5**number) * right for right in rights]
        uses = [system.uses for system in systems]
        xs = [one(right, x) for one, right, x in zip(alone, moved, xs, strict=True)]
        counts = [system.uses - before for system, before in zip(systems, uses, strict=True)]
        assert number or len(set(counts)) == 3
        together = RecycledSteps(apply, lambda x: (x, apply(x)), rights[0], parts)
        ys = together.beside(many, moved, ys, [None] * 3)
        for x, y in zip(xs, ys, strict=True):
            assert relative(y, x) < 1e-9
    assert [len(one._kept) for one in alone] == [4, 4, 0]


def _steps(system: DenseSystem, like: torch.Tensor, parts: int) -> RecycledSteps:
    return RecycledSteps(system.apply, system.directed, like, parts)


def _tensors(held: object) -> list[torch.Tensor]:
    if isinstance(held, torch.Tensor):
        return [held]
    parts = held.values() if isinstance(held, dict) else held if isinstance(held, (tuple, deque)) else ()
    return [tensor for part in parts for tensor in _tensors(part)]
