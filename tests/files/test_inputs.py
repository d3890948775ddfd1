from __future__ import annotations

from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.inputs import find_inputs


def _tree(folder: Path) -> None:
    for name in ("a.png", "b.TIF", "a_done.png", "a_done_too.png", ".hidden.png", "notes.txt", "deep/c.png"):
        (folder / name).parent.mkdir(exist_ok=True)
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
    with pytest.raises(ReconError, match="no image in the folder"):
        _names(tmp_path)
    with pytest.raises(ReconError, match="no file matches"):
        _names(tmp_path / "*.png")
