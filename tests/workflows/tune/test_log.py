from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.models.ridge import Strength
from recon_cli.models.tuned import Tuned
from recon_cli.priors.one_parameter import OneParameter
from recon_cli.workflows.tune.evaluation import Evaluation
from recon_cli.workflows.tune.log import SearchLog, fingerprint

FIRST = Evaluation(Tuned(0.4, 3e-4), 28.123456789012345, 28.123456789012345, 25, False)
SECOND = Evaluation(Tuned(0.1, 1e-4, 0.11), 0.1 + 0.2, None, 10, True)


def _written(path: Path) -> Path:
    with SearchLog(path, "mark", resume=False, kind=Tuned) as log:
        log.record(FIRST)
        log.record(FIRST)
        log.record(SECOND)
    return path


def test_what_was_written_is_known_again_exactly(tmp_path: Path) -> None:
    path = _written(tmp_path / "log.jsonl")
    assert len(path.read_text().splitlines()) == 3
    with SearchLog(path, "mark", resume=True, kind=Tuned) as log:
        assert list(log.known.values()) == [FIRST, SECOND]


def test_a_line_that_was_written_by_half_is_done_again(tmp_path: Path) -> None:
    path = _written(tmp_path / "log.jsonl")
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    with SearchLog(path, "mark", resume=True, kind=Tuned) as log:
        assert list(log.known.values()) == [FIRST]
        log.record(SECOND)
    assert path.read_bytes() == whole


def test_without_resuming_it_begins_anew_with_the_first_evaluation(tmp_path: Path) -> None:
    path = _written(tmp_path / "log.jsonl")
    with SearchLog(path, "mark", resume=False, kind=Tuned) as log:
        assert log.known == {}
        assert len(path.read_text().splitlines()) == 3
        log.record(SECOND)
    assert len(path.read_text().splitlines()) == 2


def test_a_log_that_was_killed_in_its_header_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"format": "rec')
    with SearchLog(path, "mark", resume=True, kind=Tuned) as log:
        log.record(FIRST)
    assert len(path.read_text().splitlines()) == 2


@pytest.mark.parametrize("point", [Strength(8.0, 1.0), OneParameter("weight", 0.07)])
def test_strengths_of_every_prior_are_known_again(tmp_path: Path, point: Strength | OneParameter) -> None:
    evaluation = FIRST._replace(strengths=point)
    with SearchLog(tmp_path / "log.jsonl", "mark", False, type(point)) as log:
        log.record(evaluation)
    with SearchLog(tmp_path / "log.jsonl", "mark", True, type(point)) as log:
        assert log.known == {point: evaluation}


def test_no_log_is_kept_without_a_path() -> None:
    with SearchLog(None, "mark", resume=False, kind=Tuned) as log:
        log.record(FIRST)
        assert log.known == {FIRST.strengths: FIRST}


@pytest.mark.parametrize(
    "content",
    [
        "a letter\n",
        "a letter",
        "[]\n",
        '{"format": "other", "fingerprint": "mark"}\n',
        '{"format": "recon-tune-1", "fingerprint": "mark"}\n{"beta": 1}\n',
        '{"format": "recon-tune-1", "fingerprint": "mark"}\nhalf\n{}\n',
    ],
)
def test_a_foreign_or_damaged_log_is_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(content)
    with pytest.raises(ReconError, match="is no log of recon tune, or damaged"):
        SearchLog(path, "mark", resume=True, kind=Tuned)
    assert path.read_text() == content


def test_bytes_that_are_no_text_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"\xff\xfe\n")
    with pytest.raises(ReconError, match="cannot be read"):
        SearchLog(path, "mark", resume=True, kind=Tuned)


def test_a_log_of_another_search_is_one_sentence(tmp_path: Path) -> None:
    path = _written(tmp_path / "log.jsonl")
    with pytest.raises(ReconError, match="written for other images or settings"):
        SearchLog(path, "other", resume=True, kind=Tuned)


def test_the_fingerprint_follows_settings_and_data() -> None:
    array = np.arange(6.0)
    marks = {
        fingerprint({"sigma": 25}, [array]),
        fingerprint({"sigma": 15}, [array]),
        fingerprint({"sigma": 25}, [array + 1]),
        fingerprint({"sigma": 25}, [array.reshape(2, 3)]),
        fingerprint({"sigma": 25}, [array, array]),
    }
    assert len(marks) == 5
    assert fingerprint({"sigma": 25}, [array]) in marks
