from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.atomic import write_atomically
from recon_cli.files.claims import claim, claim_again, is_claimed, may_be_ours, release, remove_signs
from recon_cli.files.outputs import check_place
from recon_cli.files.temporary import mark_names


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


def test_an_earlier_try_may_have_written_the_same_and_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "a"
    claim_again(place)
    assert may_be_ours(place)
    place.write_bytes(b"same")
    check_place(place, replace=False)
    write_atomically(place, lambda file: file.write(b"same"))
    assert not may_be_ours(place)
    claim_again(place)
    with pytest.raises(ReconError, match="has appeared meanwhile"):
        write_atomically(place, lambda file: file.write(b"other"))
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert place.read_bytes() == b"same"
    release(place)


def test_what_an_earlier_try_has_written_stays_and_is_known_by_its_second_name(tmp_path: Path) -> None:
    place, other = tmp_path / "a", tmp_path / "b"
    mark_names("run")
    for each in (place, other):
        claim_again(each)
    write_atomically(place, lambda file: file.write(b"first, in 1 s"))
    other.write_bytes(b"of somebody else")
    claim_again(place)  # the process that wrote it was killed before it could say so
    check_place(place, replace=False)
    write_atomically(place, lambda file: file.write(b"again, in 2 s"))
    assert place.read_bytes() == b"first, in 1 s"
    with pytest.raises(ReconError, match="has appeared meanwhile"):
        write_atomically(other, lambda file: file.write(b"again, in 2 s"))
    assert other.read_bytes() == b"of somebody else"
    remove_signs([place, other], "run")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    release(other)


@pytest.fixture(autouse=True)
def _no_name() -> Iterator[None]:
    yield
    mark_names("")
