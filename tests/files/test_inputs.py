from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.inputs import files_in, find_inputs


def _tree(folder: Path) -> None:
    for name in (
        *("a.png", "b.TIF", "a_done.png", "a_done_too.png", ".hidden.png", "notes.txt", "deep/c.png"),
        *("deep/.c.png", ".cache/d.png", "deep/.cache/deeper/e.png"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def _names(*words: Path | str, recursive: bool = False) -> list[str]:
    found = find_inputs([str(word) for word in words], (".png", ".tif"), recursive, ["_done", "_done_too"])
    return [str(one.below) for one in found]


def test_files_folders_and_patterns(tmp_path: Path) -> None:
    _tree(tmp_path)
    assert _names(tmp_path / "missing.gif", tmp_path / "a_done.png") == ["missing.gif", "a_done.png"]
    assert _names(tmp_path) == ["a.png", "b.TIF"]
    assert _names(tmp_path, recursive=True) == ["a.png", "b.TIF", "deep/c.png"]
    assert _names(tmp_path / "*.png") == ["a.png"]
    assert _names(tmp_path / "**" / "*.png") == ["a.png", "c.png"]


def test_a_file_found_twice_counts_once(tmp_path: Path) -> None:
    _tree(tmp_path)
    assert _names(tmp_path / "a.png", tmp_path, tmp_path / "deep" / ".." / "a.png") == ["a.png", "b.TIF"]


def test_a_name_may_hold_what_a_pattern_is_made_of(tmp_path: Path) -> None:
    (tmp_path / "a[1].png").touch()
    assert _names(tmp_path / "a[1].png") == ["a[1].png"]


def test_a_last_word_that_names_the_result_is_told_from_an_input(tmp_path: Path) -> None:
    _tree(tmp_path)
    png, tif, new = tmp_path / "a.png", tmp_path / "b.TIF", tmp_path / "new.png"
    for words in ((png, new), (tmp_path, new), (png, tif, f"{tmp_path}/new/")):
        with pytest.raises(ReconError, match=r"new.* does not exist; the name of a result goes after -o"):
            _names(*words)
    assert _names(png, tif, new) == ["a.png", "b.TIF", "new.png"]  # a file that is missing is told of later
    assert _names(new) == ["new.png"]


def test_nothing_found_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match="no input in the folder"):
        _names(tmp_path)
    with pytest.raises(ReconError, match="no file matches"):
        _names(tmp_path / "*.png")


def test_hidden_files_are_left_out(tmp_path: Path) -> None:
    _tree(tmp_path)
    (tmp_path / ".recon-0123456789abcdef.png").touch()
    assert files_in(tmp_path, (".png",)) == [
        tmp_path / name for name in ("a.png", "a_done.png", "a_done_too.png")
    ]
    assert files_in(tmp_path / "deep", (".png",), recursive=True) == [tmp_path / "deep" / "c.png"]
    assert files_in(tmp_path / ".cache", (".png",)) == [tmp_path / ".cache" / "d.png"]  # which was asked for


@pytest.mark.parametrize("name", ["", "deep"])
def test_a_folder_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real, locked = os.scandir, tmp_path / name

    def refuse(path: Path) -> object:
        if Path(path) == locked:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(path)

    _tree(tmp_path)
    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(ReconError, match=f"^cannot read the folder {locked}: Permission denied$"):
        _names(tmp_path, recursive=True)
    with pytest.raises(ReconError, match=r"^cannot read the folder .*/a.png: Not a directory"):
        files_in(tmp_path / "a.png", (".png",))
