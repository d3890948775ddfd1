from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("napari", reason="napari is not installed")
pytest.importorskip("pytestqt", reason="pytest-qt is not installed")
from recon_cli.bridges.napari.denoising import Denoising

pytestmark = pytest.mark.usefixtures("qapp")
NOISY = np.random.default_rng(0).normal(0.5, 0.1, (40, 48)).astype(np.float32)


@pytest.mark.parametrize("mode", ["settled", "full", "early-stop", "unrolled"])
@pytest.mark.parametrize("most", [1, 2])
def test_it_ends_with_the_iteration_in_which_it_is_told_to(mode: str, most: int) -> None:
    worker = Denoising(NOISY, 25, mode=mode)
    notes: list[str] = []

    def tell(_: float, note: str) -> None:
        notes.append(note)
        if len(notes) == most:
            worker.quit()

    worker.moved.connect(tell)
    assert (worker.work() is None) == (mode != "unrolled" or most == 1)
    assert [note.split("  ")[0] for note in notes] == [f"iteration {n + 1}" for n in range(most)]


def test_it_tells_how_far_it_is_of_each_part() -> None:
    stack = np.tile(NOISY, (3, 3, 3))
    worker = Denoising(stack, 25, mode="unrolled", memory=80 * 2**20)
    told: list[tuple[float, str]] = []
    worker.moved.connect(lambda share, note: told.append((share, note)))
    result = worker.work()
    assert result is not None
    assert result.image.shape == stack.shape
    assert [share for share, _ in told] == [0.5, 1.0] * 3
    assert told[-1][1].startswith("planes 3 to 3 of 3, iteration 2")


def test_one_that_was_cancelled_before_it_began_returns_nothing() -> None:
    worker = Denoising(NOISY, 25, mode="unrolled")
    worker.quit()
    assert worker.work() is None
