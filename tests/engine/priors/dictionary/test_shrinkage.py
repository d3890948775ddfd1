from __future__ import annotations

import torch

from recon_cli.engine.priors.dictionary.shrinkage import clip, shrink

from ....helpers import normal

STATE, THRESHOLD = normal(5, 40), torch.linspace(0, 1, 5, dtype=torch.float64)[:, None]


def test_each_row_is_shrunk_by_its_own_threshold() -> None:
    for row, t, shrunk in zip(STATE, THRESHOLD.flatten(), shrink(STATE, THRESHOLD), strict=True):
        torch.testing.assert_close(shrunk, torch.nn.functional.softshrink(row, float(t)))


def test_what_is_clipped_and_what_is_left_make_the_whole() -> None:
    torch.testing.assert_close(clip(STATE, THRESHOLD) + shrink(STATE, THRESHOLD), STATE)
    assert bool((clip(STATE, THRESHOLD).abs() <= THRESHOLD).all())


def test_without_a_threshold_nothing_changes() -> None:
    assert torch.equal(shrink(STATE, None), STATE)
