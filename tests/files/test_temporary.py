from __future__ import annotations

import re
from pathlib import Path

import pytest

from recon_cli.files import temporary
from recon_cli.files.temporary import mark_names, mark_of, remove_unfinished, temporary_beside


def test_what_a_command_has_left_is_removed_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(temporary, "_mark", "")
    other = temporary_beside(tmp_path / "a.png")
    assert re.fullmatch(r"\.recon-[0-9a-f]{16}", other.name)
    mark_names("mine")
    file, folder = (temporary_beside(tmp_path / name) for name in ("a.png", "b.zarr"))
    assert file.name.startswith(".recon-mine-")
    assert mark_of("mine", tmp_path).name.startswith(".recon-mine-")
    for place in (other, file, tmp_path / "a.png"):
        place.touch()
    folder.mkdir()
    remove_unfinished("mine", [tmp_path, tmp_path, tmp_path / "none"])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([other.name, "a.png"])
