from __future__ import annotations

import pytest
import torch

from recon_cli.engine.priors.dictionary.codes import Codes


def test_new_weights_leave_the_codes_and_bound_the_multipliers() -> None:
    state = torch.tensor([[3.0, 0.5, -0.2], [-2.0, -0.9, 0.0]], dtype=torch.float64)
    threshold = torch.tensor([[1.0], [0.8]], dtype=torch.float64)
    weights = torch.tensor([[0.25, 2.0, 0.1], [0.5, 0.5, 0.5]], dtype=torch.float64)
    before = Codes(state.clone(), threshold)
    after = before.reweighted(weights)
    codes = Codes(state, threshold).dense()
    assert torch.allclose(after.dense(), codes)
    multipliers = after.state - codes
    assert torch.allclose(multipliers, (state - codes).clamp(-threshold * weights, threshold * weights))
    assert after.state is before.state


def test_the_size_of_codes_is_the_mean_of_their_magnitudes() -> None:
    state = torch.tensor([[3.0, 0.5, -0.2], [-2.0, -0.9, 0.0]], dtype=torch.float64)
    threshold = torch.tensor([[1.0], [0.8]], dtype=torch.float64)
    weights = torch.tensor([[0.25, 2.0, 0.1], [0.5, 0.5, 0.5]], dtype=torch.float64)
    for codes in (Codes(state), Codes(state, threshold), Codes(state, threshold, weights)):
        assert codes.size() == pytest.approx(float(codes.dense().abs().mean()))
