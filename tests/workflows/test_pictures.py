from __future__ import annotations

import numpy as np
import pytest

from recon_cli.models.registry import find_dictionary
from recon_cli.workflows import pictures
from recon_cli.workflows.denoise import DenoiseOptions, denoise
from recon_cli.workflows.pictures import denoise_picture, planes_at_once


def test_planes_are_solved_in_groups_and_come_back_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_MEMORY", 4 * 1000 * 12 * 11)
    noisy = np.random.default_rng(0).random((3, 3, 12, 11), np.float32)
    dictionary, options = find_dictionary(None, 25), DenoiseOptions("unrolled")
    words = []

    def follow(part: str) -> None:
        words.append(part)

    done = denoise_picture(noisy, dictionary, 25, options, follow)  # type: ignore[arg-type]
    assert words == ["planes 1 to 4 of 9", "planes 5 to 8 of 9", "planes 9 to 9 of 9"]
    whole = denoise(noisy.reshape(9, 12, 11), dictionary, 25, options)
    np.testing.assert_allclose(done.planes.reshape(9, 12, 11), whole.images, atol=1e-5)
    assert done.objective == pytest.approx(whole.result.objective, rel=1e-5)
    assert done.gap == pytest.approx(whole.result.gap, rel=1e-4)
    assert done.iterations == 2
    assert done.converged


def test_large_planes_are_solved_alone() -> None:
    assert planes_at_once(4096, 4096) == 1
    assert planes_at_once(64, 64) > 100
