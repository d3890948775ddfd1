from __future__ import annotations

from pathlib import Path

import pytest

from recon_cli.files.claims import claim, is_claimed, release


def test_a_free_place_is_claimed_until_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link").symlink_to("a")
    claim(tmp_path / "a", replace=False)
    assert is_claimed(tmp_path / "a")
    assert is_claimed(tmp_path / "link")
    monkeypatch.chdir(tmp_path)
    assert is_claimed(Path("a"))
    release(Path("a"))
    assert not is_claimed(tmp_path / "a")


def test_a_file_that_is_there_or_may_be_replaced_claims_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    claim(tmp_path / "a", replace=False)
    claim(tmp_path / "b", replace=False)
    claim(tmp_path / "b", replace=True)
    assert not is_claimed(tmp_path / "a")
    assert not is_claimed(tmp_path / "b")
