from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors import SafetensorError

from recon_cli.errors import ReconError
from recon_cli.files.atomic import write_atomically
from recon_cli.files.claims import claim


def test_the_file_appears_whole(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a.txt", lambda place: place.write_text("whole"))
    assert (tmp_path / "a.txt").read_text() == "whole"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")

    def fail(place: Path) -> None:
        place.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a.txt", fail)
    assert (tmp_path / "a.txt").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def _full(place: Path) -> None:
    """Write half of a file and find the disk full."""
    place.write_text("half")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (_full, "No space left on device"),
        (lambda place: _raise(SafetensorError("I/O error: No space left")), "I/O error: No space left"),
        (lambda place: _raise(RuntimeError("write failed\nsomewhere")), "write failed"),
    ],
)
def test_a_full_disk_is_one_sentence_and_leaves_what_was_there(
    tmp_path: Path, write: Callable[[Path], object], said: str
) -> None:
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(ReconError, match=f"cannot write {tmp_path / 'a.txt'}: {said}$"):
        write_atomically(tmp_path / "a.txt", write)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("call", ["fsync", "open"])
def test_a_folder_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(f"recon_cli.files.atomic.os.{call}", refuse)
    with pytest.raises(ReconError, match=r"cannot write .*a.txt: Permission denied"):
        write_atomically(tmp_path / "a.txt", lambda place: place.write_text("x"))
    monkeypatch.undo()
    assert not list(tmp_path.iterdir())


def test_a_file_that_appeared_at_a_claimed_place_is_not_replaced(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        claim(tmp_path / name, replace=False)

    def write(place: Path) -> None:
        place.write_text("mine")
        (tmp_path / "a.txt").write_text("theirs")

    with pytest.raises(ReconError, match=r"a.txt has appeared meanwhile; give --overwrite to replace it"):
        write_atomically(tmp_path / "a.txt", write)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["theirs"]
    for text in ("mine", "mine again"):  # what it has written itself may be replaced
        write_atomically(tmp_path / "b.txt", lambda place, text=text: place.write_text(text))
        assert (tmp_path / "b.txt").read_text() == text


def test_where_there_are_no_links_files_are_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    def write(place: Path) -> None:
        place.write_text("mine")
        (tmp_path / "b.txt").write_text("theirs")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    for name in ("a.txt", "b.txt"):
        claim(tmp_path / name, replace=False)
    write_atomically(tmp_path / "a.txt", lambda place: place.write_text("mine"))
    with pytest.raises(ReconError, match="has appeared meanwhile"):
        write_atomically(tmp_path / "b.txt", write)
    assert sorted(path.read_text() for path in tmp_path.iterdir()) == ["mine", "theirs"]


def test_the_mode_is_that_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain.txt").touch()
    write_atomically(tmp_path / "a.txt", lambda place: place.write_text("x"))
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "plain.txt").stat().st_mode


def _raise(error: Exception) -> None:
    raise error


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match="cannot write"):
        write_atomically(tmp_path / "no" / "a.txt", lambda place: place.write_text("x"))
