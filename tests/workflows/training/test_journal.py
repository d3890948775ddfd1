from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.workflows.training.journal import Journal, TrainingStatus


def status(step: int, validation: float | None = None) -> TrainingStatus:
    return TrainingStatus(step, 0.1 / step, 1e-3, 0.5, validation)


def steps(place: Path) -> list[int]:
    return [json.loads(line)["step"] for line in place.read_text().splitlines()]


def test_every_line_is_an_object(tmp_path: Path) -> None:
    with Journal(tmp_path / "log", 0) as journal:
        journal.write(status(1))
        journal.write(status(2, 27.5))
    first, second = map(json.loads, (tmp_path / "log").read_text().splitlines())
    assert first == {"step": 1, "loss": 0.1, "learning_rate": 1e-3, "seconds": 0.5}
    assert second["validation"] == 27.5


def test_a_resumed_log_has_each_step_once(tmp_path: Path) -> None:
    place = tmp_path / "log"
    with Journal(place, 0) as journal:
        for step in (1, 2, 3, 4):
            journal.write(status(step))
    with place.open("a") as file:
        file.write('{"step": 5, "lo')
    with Journal(place, 2) as journal:
        journal.write(status(3))
    assert steps(place) == [1, 2, 3]
    with Journal(place, 0) as journal:
        assert steps(place) == [1, 2, 3]  # nothing is lost before there is something in its place
        journal.write(status(1))
    assert steps(place) == [1]


def test_tensorboard_gets_the_curves(tmp_path: Path) -> None:
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    with Journal(tmp_path / "log", 0, tmp_path / "board") as journal:
        for step in (1, 2, 3):
            journal.write(status(step, 27.5))
    events = accumulator.EventAccumulator(str(tmp_path / "board"))
    events.Reload()
    assert [event.step for event in events.Scalars("loss")] == [1, 2, 3]
    assert events.Scalars("validation")[0].value == 27.5


def test_a_missing_tensorboard_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(ReconError, match=r"not installed; pip install tensorboard$"):
        Journal(tmp_path / "log", 0, tmp_path / "board")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with (
        Journal(tmp_path / "nowhere" / "log", 0) as journal,
        pytest.raises(ReconError, match="cannot write"),
    ):
        journal.write(status(1))
