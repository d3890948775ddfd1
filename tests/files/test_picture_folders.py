from __future__ import annotations

from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.inputs import find_inputs
from recon_cli.files.outputs import is_folder
from recon_cli.files.picture_folders import check_inside, is_picture_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.zarr", "deep/b.zarr", "plain"):
        (tmp_path / name / "0").mkdir(parents=True)
    (tmp_path / "a.zarr/zarr.json").write_text("{}")
    (tmp_path / "a.zarr/0/inner.tif").write_text("chunk")
    (tmp_path / "deep/b.zarr/.zgroup").write_text("{}")
    (tmp_path / "c.tif").touch()
    return tmp_path


def test_a_folder_that_is_an_image_is_an_input_and_not_searched(folder: Path) -> None:
    def found(*words: Path, recursive: bool = False) -> list[str]:
        inputs = find_inputs([str(word) for word in words], (".zarr", ".tif"), recursive, ["_denoised"])
        return [str(each.path.relative_to(folder)) for each in inputs]

    assert found(folder) == ["a.zarr", "c.tif"]
    assert found(folder, recursive=True) == ["a.zarr", "c.tif", "deep/b.zarr"]
    assert found(folder / "a.zarr") == ["a.zarr"]
    assert found(folder / "*.zarr") == ["a.zarr"]


def test_only_what_holds_an_array_is_an_image(folder: Path) -> None:
    assert is_picture_folder(folder / "a.zarr")
    assert not is_picture_folder(folder / "plain")
    assert not is_folder(str(folder / "a.zarr"))
    assert is_folder(str(folder / "plain"))


def test_links_may_only_lead_inside(folder: Path) -> None:
    (folder / "a.zarr/1").symlink_to("0")
    assert check_inside(folder / "a.zarr") >= 7
    (folder / "a.zarr/2").symlink_to("../plain")
    with pytest.raises(ReconError, match="a link to a place outside of it"):
        check_inside(folder / "a.zarr")
