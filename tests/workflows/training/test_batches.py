from __future__ import annotations

import torch

from recon_cli.workflows.training.batches import Batch, batches_of
from recon_cli.workflows.training.configuration import DictionaryConfiguration


def draw(objective: str, steps: int) -> list[Batch]:
    configuration = DictionaryConfiguration(
        sigma=25, objective=objective, crop_size=12, margin=1, batch=2, validate_every=8
    )  # type: ignore[arg-type]
    image = torch.linspace(0, 40, 30 * 40).sin().view(30, 40) / 2 + 0.5
    batches = batches_of(configuration, [image], torch.Generator().manual_seed(1))
    resumable = [batches.resumable(step) for step in range(steps)]
    assert resumable == [objective == "unrolled" or step % 8 == 0 for step in range(steps)]
    return [batches.take(step) for step in range(steps)]


def test_every_step_has_crops_of_its_own() -> None:
    found = draw("unrolled", 16)
    assert len({batch.clean.numpy().tobytes() for batch in found}) == 16
    assert all(batch.visit is None for batch in found)
    assert all(0.05 < float((batch.noisy - batch.clean).std()) < 0.15 for batch in found)


def test_the_levels_of_a_range_are_drawn_evenly_over_their_logarithm() -> None:
    configuration = DictionaryConfiguration(
        sigma=(2, 50), objective="minimum", crop_size=12, margin=1, batch=1, validate_every=1
    )
    image = torch.zeros(30, 40)
    batches = batches_of(configuration, [image], torch.Generator().manual_seed(1))
    found = [batches.take(step) for step in range(400)]
    levels = sorted(batch.sigma for batch in found)
    assert 2 <= levels[0] < levels[-1] <= 50
    assert abs(sum(level < 10 for level in levels) - 200) < 40
    for batch in found:
        assert 0.7 < float(batch.noisy.std()) * 255 / batch.sigma < 1.3


def test_tasks_come_as_often_as_they_are_named_with_chance_of_their_own() -> None:
    configuration = DictionaryConfiguration(
        sigma=(10, 50),
        objective="adaptive",
        crop_size=12,
        margin=1,
        batch=1,
        validate_every=4000,
        tasks=("denoise", "mri", "mri"),
    )
    batches = batches_of(configuration, [torch.zeros(30, 40)], torch.Generator().manual_seed(1))
    visits = [batches.take(step).visit for step in range(1000)]
    tasks = [visit.task for visit in visits if visit]
    assert {*tasks} == {"denoise", "mri"}
    assert abs(tasks.count("mri") - 667) < 60
    assert len({visit.seed for visit in visits if visit}) > 990


def test_a_round_visits_its_crops_four_times_and_the_next_one_has_others() -> None:
    found = draw("minimum", 16)
    for first in (0, 8):
        for place in range(8):
            assert found[first + place] is found[first + place % 2]
    assert len({batch.clean.numpy().tobytes() for batch in found}) == 4
    assert len({id(batch.visit) for batch in found}) == 4
