from __future__ import annotations

import os
from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.growing import GrowingFile


def test_the_first_line_makes_the_file_and_each_is_there_at_once(tmp_path: Path) -> None:
    place = tmp_path / "log"
    place.write_text("old\n")
    log = GrowingFile(place, ["head"])
    assert place.read_text() == "old\n"
    for text in ("one", "two"):
        log.add(text)
        assert place.read_text().endswith(f"{text}\n")
    log.close()
    assert place.read_text() == "head\none\ntwo\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
def test_a_disk_that_fills_is_one_sentence_and_closing_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = GrowingFile(tmp_path / "log", ["head"])
    log.add("one")
    with monkeypatch.context() as patch:
        patch.setattr(log, "_file", Path("/dev/full").open("wb", buffering=0))  # noqa: SIM115
        with pytest.raises(ReconError, match=f"^cannot write {tmp_path / 'log'}: No space left on device$"):
            log.add("two")
        log.close()
    log.close()
    assert (tmp_path / "log").read_text() == "head\none\n"


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log")
    with pytest.raises(ReconError, match="is a device, a pipe or a socket"):
        GrowingFile(tmp_path / "log", []).add("one")
