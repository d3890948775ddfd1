from __future__ import annotations

from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.atomic_folder import write_folder_atomically
from recon_cli.files.claims import claim_again, release


def _fill(folder: Path) -> None:
    folder.mkdir()
    (folder / "part").write_text("whole")


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    write_folder_atomically(tmp_path / "out.zarr", _fill)
    assert (tmp_path / "out.zarr/part").read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["out.zarr"]


def test_nothing_is_left_of_one_that_failed(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        _fill(folder)
        raise OSError(28, "No space left on device")

    with pytest.raises(ReconError, match=r"cannot write .*out.zarr: No space left on device"):
        write_folder_atomically(tmp_path / "out.zarr", fail)
    assert not list(tmp_path.iterdir())


def test_what_is_there_is_not_replaced(tmp_path: Path) -> None:
    _fill(tmp_path / "out.zarr")
    (tmp_path / "out.zarr/part").write_text("old")
    with pytest.raises(ReconError, match="a folder is not replaced"):
        write_folder_atomically(tmp_path / "out.zarr", _fill)
    assert (tmp_path / "out.zarr/part").read_text() == "old"


def test_an_earlier_try_may_have_written_the_same_folder(tmp_path: Path) -> None:
    place = tmp_path / "out.zarr"
    _fill(place)
    claim_again(place)
    write_folder_atomically(place, _fill)
    claim_again(place)
    (place / "part").write_text("other")
    with pytest.raises(ReconError, match="has appeared meanwhile"):
        write_folder_atomically(place, _fill)
    release(place)
    assert [path.name for path in tmp_path.iterdir()] == ["out.zarr"]
