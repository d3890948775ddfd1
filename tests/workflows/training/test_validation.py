from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from recon_cli.workflows.training.validation import hold_out, middles, validation_pair, validation_scenes


def images(count: int, height: int = 20, width: int = 30) -> list[np.ndarray]:
    return [np.full((height, width), i / 100, np.float32) for i in range(count)]


@given(st.integers(2, 300))
def test_a_tenth_is_held_out(count: int) -> None:
    every = images(count, 1, 1)
    training, validating = hold_out(every)
    assert len(validating) == min(12, max(1, count // 10))
    assert sorted(i.item() for i in training + validating) == [i.item() for i in every]


def test_a_single_image_does_both() -> None:
    training, validating = hold_out(images(1))
    assert training is validating


def test_the_middles_stand_in_the_middle() -> None:
    image = np.arange(48, dtype=np.float32).reshape(6, 8)
    np.testing.assert_array_equal(middles([image], 2)[0], [[19, 20], [27, 28]])


def test_the_noise_is_fixed_and_of_the_asked_size() -> None:
    pair = validation_pair([*images(2, 200, 150), *images(1, 120, 130)], 25, seed=1)
    assert pair.clean.shape == (3, 120, 120)
    again = validation_pair([*images(2, 200, 150), *images(1, 120, 130)], 25, seed=1)
    assert torch.equal(pair.noisy, again.noisy)
    assert abs(float((pair.noisy - pair.clean).std()) * 255 - 25) < 0.5


def test_scenes_are_the_same_each_time_and_differ_from_image_to_image() -> None:
    made = [validation_scenes(images(2, 40, 44), "mri", (5.0, 60.0), 1) for _ in range(2)]
    for first, again in zip(*made, strict=True):
        assert first.clean.shape == (40, 40)
        assert torch.equal(first.measurement.data, again.measurement.data)
    assert not torch.equal(made[0][0].measurement.data, made[0][1].measurement.data)
