from __future__ import annotations

from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.configuration import read_configuration


def test_a_table_is_read(tmp_path: Path) -> None:
    place = tmp_path / "some.toml"
    place.write_text('sigma = 25\nmode = "full"\n')
    assert read_configuration(place) == {"sigma": 25, "mode": "full"}


@pytest.mark.parametrize("value", ['""', '["a.png", ""]'])
def test_an_empty_word_is_refused(tmp_path: Path, value: str) -> None:
    place = tmp_path / "some.toml"
    place.write_text(f"data = {value}\n")
    with pytest.raises(ReconError, match=r"some\.toml: data is empty; give it a value or leave it out"):
        read_configuration(place)


@pytest.mark.parametrize("content", [b"sigma = ", b"\xff\xfe", b"[[["])
def test_a_broken_file_is_named(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "train.toml"
    place.write_bytes(content)
    with pytest.raises(ReconError, match=r"train\.toml cannot be read"):
        read_configuration(place)
    with pytest.raises(ReconError, match="does not exist"):
        read_configuration(tmp_path / "other.toml")
