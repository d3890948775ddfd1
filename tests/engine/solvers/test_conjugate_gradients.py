from __future__ import annotations

import pytest
import torch
from torch import Tensor

from recon_cli.engine.solvers.conjugate_gradients import conjugate_gradients, in_one_thread

from ...helpers import normal, relative


class DenseSystem:
    """A symmetric positive matrix on images of 4 x 5 pixels, of one or two planes, that counts its uses."""

    def __init__(self, condition: float = 1e3, dtype: torch.dtype = torch.float64, parts: int = 1) -> None:
        self.unknowns = 20 * parts
        basis = torch.linalg.qr(normal(self.unknowns, self.unknowns)).Q
        values = torch.logspace(
            0, torch.log10(torch.tensor(condition)).item(), self.unknowns, dtype=torch.float64
        )
        self.matrix = (basis * values @ basis.T).to(dtype)
        self.uses = 0

    def apply(self, x: Tensor) -> Tensor:
        self.uses += 1
        return (x.reshape(-1, self.unknowns) @ self.matrix).view_as(x)

    def directed(self, residual: Tensor) -> tuple[Tensor, Tensor]:
        """Return the residual as a direction, and what the matrix makes of it."""
        return residual, self.apply(residual)

    def solve(self, right: Tensor) -> Tensor:
        return torch.linalg.solve(self.matrix, right.reshape(-1, self.unknowns).T).T.reshape(right.shape)


def unchanged(x: Tensor) -> Tensor:
    return x


@pytest.mark.parametrize("batch", [1, 3])
def test_every_system_of_the_batch_is_solved(batch: int) -> None:
    system, right, start = DenseSystem(), normal(batch, 4, 5), normal(batch, 4, 5, seed=1)
    x = conjugate_gradients(system.apply, right, start, unchanged, 1e-12)
    for k in range(batch):
        assert relative(x[k], system.solve(right)[k]) < 1e-9


@pytest.mark.parametrize("tolerance", [1e-2, 1e-6])
def test_the_residual_of_the_worst_image_meets_the_tolerance(tolerance: float) -> None:
    system = DenseSystem()
    right = normal(2, 4, 5) * torch.tensor([1e-3, 1e3], dtype=torch.float64)[:, None, None]
    x = conjugate_gradients(system.apply, right, torch.zeros_like(right), unchanged, tolerance)
    residual = (right - system.apply(x)).flatten(1).norm(dim=1)
    assert bool((residual <= 1.01 * tolerance * right.flatten(1).norm(dim=1)).all())


@pytest.mark.parametrize("reduction", [0.1, 1e-5])
def test_the_residual_falls_by_the_wanted_reduction_and_not_further(reduction: float) -> None:
    system, right, start = DenseSystem(), normal(2, 4, 5), normal(2, 4, 5, seed=1)
    first = (right - system.apply(start)).flatten(1).norm(dim=1)
    x = conjugate_gradients(system.apply, right, start, unchanged, 0.0, reduction=reduction)
    share = (right - system.apply(x)).flatten(1).norm(dim=1) / first
    assert bool((share <= 1.01 * reduction).all())
    assert float(share.max()) > 1e-3 * reduction


def test_the_exact_inverse_as_preconditioner_takes_one_step() -> None:
    system, right = DenseSystem(), normal(2, 4, 5)
    x = conjugate_gradients(system.apply, right, torch.zeros_like(right), system.solve, 1e-10)
    assert system.uses == 2
    assert relative(x, system.solve(right)) < 1e-10


def test_no_more_than_the_allowed_iterations_are_done() -> None:
    system, right = DenseSystem(), normal(1, 4, 5)
    conjugate_gradients(system.apply, right, torch.zeros_like(right), unchanged, 1e-12, max_iterations=3)
    assert system.uses == 4


def test_the_solution_as_start_is_returned_as_it_is() -> None:
    system, right = DenseSystem(), normal(1, 4, 5)
    solution = system.solve(right)
    assert torch.equal(conjugate_gradients(system.apply, right, solution, unchanged, 1e-8), solution)
    assert system.uses == 1


def test_the_start_is_not_changed() -> None:
    system, right, start = DenseSystem(), normal(1, 4, 5), normal(1, 4, 5, seed=1)
    before = start.clone()
    conjugate_gradients(system.apply, right, start, unchanged, 1e-8)
    assert torch.equal(start, before)


def test_a_zero_right_side_beside_another_stays_finite() -> None:
    system, right = DenseSystem(), normal(2, 4, 5)
    right[0] = 0
    x = conjugate_gradients(system.apply, right, torch.zeros_like(right), unchanged, 1e-10)
    assert torch.equal(x[0], torch.zeros(4, 5, dtype=torch.float64))
    assert relative(x[1], system.solve(right)[1]) < 1e-8


def test_single_precision_reaches_its_rounding() -> None:
    system, right = DenseSystem(10, torch.float32), normal(1, 4, 5, dtype=torch.float32)
    x = conjugate_gradients(system.apply, right, torch.zeros_like(right), unchanged, 1e-6)
    assert relative(x, system.solve(right)) < 1e-5


@pytest.mark.parametrize("batch", [1, 3])
def test_a_system_that_mixes_the_planes_of_an_image_is_solved(batch: int) -> None:
    system, right = DenseSystem(parts=2), normal(2 * batch, 4, 5)
    start = normal(2 * batch, 4, 5, seed=1)
    x = conjugate_gradients(system.apply, right, start, unchanged, 1e-12, parts=2)
    assert x.shape == right.shape
    for k in range(batch):
        assert relative(x[2 * k : 2 * k + 2], system.solve(right)[2 * k : 2 * k + 2]) < 1e-9


def test_planes_that_are_taken_for_images_are_not_solved() -> None:
    system, right = DenseSystem(parts=2), normal(2, 4, 5)
    x = conjugate_gradients(system.apply, right, torch.zeros_like(right), unchanged, 1e-12, parts=1)
    assert not relative(x, system.solve(right)) < 1e-6


def test_the_tolerance_of_two_planes_holds_for_both_together() -> None:
    """One plane of the right side is almost zero: it need not be as accurate by itself."""
    system = DenseSystem(parts=2)
    right = normal(2, 4, 5) * torch.tensor([1e-3, 1e3], dtype=torch.float64)[:, None, None]
    x = conjugate_gradients(system.apply, right, torch.zeros_like(right), unchanged, 1e-4, parts=2)
    residual = right - system.apply(x)
    assert float(residual.norm()) <= 1.01e-4 * float(right.norm())
    assert float(residual[0].norm()) > 1e-4 * float(right[0].norm())


def test_small_planes_are_computed_in_one_thread_and_large_ones_in_all() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        for side, wanted in ((300, 1), (600, 2)):
            with in_one_thread(torch.zeros(1, side, side)):
                assert torch.get_num_threads() == wanted
            assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
