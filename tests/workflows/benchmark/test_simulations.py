from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from recon_cli.workflows.benchmark.denoising import denoising_cases, denoising_contestant
from recon_cli.workflows.denoising.denoise import DenoiseOptions

from recon_cli.files.named import Named
from recon_cli.workflows.benchmark.entries import Entry

IMAGES = [Named("a", np.full((300, 200), 0.5, np.float32)), Named("b", np.zeros((12, 12), np.float32))]


def test_noise_has_its_level_and_is_another_one_for_each_image_and_draw() -> None:
    cases = denoising_cases(IMAGES, 20, 2)
    assert [(case.image, case.draw) for case in cases] == [("a", 0), ("b", 0), ("a", 1), ("b", 1)]
    noise = [255 * (case.measure() - case.clean) for case in cases]
    assert noise[0].std() == pytest.approx(20, rel=0.02)
    assert abs(np.corrcoef(noise[0].ravel(), noise[2].ravel())[0, 1]) < 0.02
    assert abs(np.corrcoef(noise[0].ravel()[:144], noise[1].ravel())[0, 1]) < 0.3
    np.testing.assert_array_equal(cases[0].measure(), cases[0].measure())


def test_the_noise_is_that_of_the_tables() -> None:
    expected = np.random.default_rng(25_002).standard_normal((12, 12))
    noisy = denoising_cases(IMAGES, 25, 1)[1].measure()
    np.testing.assert_array_equal(noisy, (25 / 255 * expected).astype(np.float32))


def test_the_mark_tells_parameters_apart(ridge: Path) -> None:
    entries = (Entry("tv"), Entry("nlm"), Entry("model"), Entry("model", "unrolled"),
               Entry("model", "full", "sigma25-mean-free"), Entry("crr", model=str(ridge)))  # fmt: skip
    marks = {denoising_contestant(e, s, DenoiseOptions(e.mode)).mark for e in entries for s in (7.0, 8.0)}
    assert len(marks) == 2 * len(entries)
