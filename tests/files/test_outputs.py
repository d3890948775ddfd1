from __future__ import annotations

from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.outputs import choose_output


def test_the_default_name_stands_beside_the_source(tmp_path: Path) -> None:
    assert choose_output(tmp_path / "a.b.png", None, "_denoised", False) == tmp_path / "a.b_denoised.png"


def test_existing_files_are_kept_unless_asked(tmp_path: Path) -> None:
    (tmp_path / "out.png").touch()
    with pytest.raises(ReconError, match="exists; give --overwrite"):
        choose_output(tmp_path / "in.png", tmp_path / "out.png", "", False)
    assert choose_output(tmp_path / "in.png", tmp_path / "out.png", "", True) == tmp_path / "out.png"


def test_the_input_is_never_the_output(tmp_path: Path) -> None:
    (tmp_path / "in.png").touch()
    (tmp_path / "link.png").symlink_to(tmp_path / "in.png")
    for name in ("in.png", "link.png"):
        with pytest.raises(ReconError, match="is the input"):
            choose_output(tmp_path / "in.png", tmp_path / name, "", True)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match="is a folder"):
        choose_output(tmp_path / "in.png", tmp_path, "", True)
