from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.kspace.recognise import recognise

from ..complex_arrays import normal, write_bart


def test_content_counts_and_not_the_name(tmp_path: Path) -> None:
    np.save(tmp_path / "k.npy", normal(3, 4))
    (tmp_path / "k.mat").write_bytes((tmp_path / "k.npy").read_bytes())
    assert recognise(tmp_path / "k.mat") == "npy"
    (tmp_path / "k.npy").write_bytes(b"something else")
    assert recognise(tmp_path / "k.npy") == "unknown"


def test_a_file_goes_before_a_pair_and_a_pair_before_a_folder(tmp_path: Path) -> None:
    write_bart(tmp_path / "k", normal(3, 4))
    assert recognise(tmp_path / "k") == "cfl"
    (tmp_path / "k").mkdir()
    assert recognise(tmp_path / "k") == "cfl"
    (tmp_path / "k").rmdir()
    (tmp_path / "k").write_bytes(b"PK")
    assert recognise(tmp_path / "k") == "npz"


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for name, sentence in (("none", "none does not exist"), ("empty", "empty is an empty file")):
        with pytest.raises(ReconError, match=sentence):
            recognise(tmp_path / name)
    with pytest.raises(ReconError, match=r"cannot read .*: it is a folder"):
        recognise(tmp_path)
