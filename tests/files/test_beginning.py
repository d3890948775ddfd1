from __future__ import annotations

import io
from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.beginning import ClampedReader, read_beginning


def test_the_first_bytes_are_read_as_far_as_there_are_some(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_bytes(b"abcdef")
    assert read_beginning(place, 4) == b"abcd"
    assert read_beginning(place, 32) == b"abcdef"


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for name, sentence in (
        ("empty", "is an empty file"),
        ("missing", "does not exist"),
        (".", "cannot read"),
        ("x" * 300, r"cannot read .*x: File \w+ too long"),
    ):
        with pytest.raises(ReconError, match=sentence):
            read_beginning(tmp_path / name, 8)


def test_a_decoder_learns_no_name_and_reads_no_more_than_there_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abcdef")
    with ClampedReader(tmp_path / "file") as file:
        assert not hasattr(file, "name")
        with pytest.raises(io.UnsupportedOperation):
            file.fileno()
        assert file.read(2**62) == b"abcdef"
