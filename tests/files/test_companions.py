from __future__ import annotations

from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.companions import plan_companions

SUFFIXES = (".npy", ".nii.gz")


def _plan(results: list[Path | None], wanted: str) -> list[Path | None]:
    return plan_companions(results, wanted, "--start", "_start", SUFFIXES)


def test_a_name_is_taken_and_a_suffix_alone_stands_beside_each_result() -> None:
    assert _plan([Path("a/b.npy")], "c.npy") == [Path("c.npy")]
    assert _plan([None], "c.npy") == [Path("c.npy")]
    names = [Path("a/b.npy"), Path("c.nii.gz"), Path("d.ome.tif"), Path("e.f.png")]
    assert _plan([*names], ".nii.gz") == [
        Path(name) for name in ("a/b_start.nii.gz", "c_start.nii.gz", "d_start.nii.gz", "e.f_start.nii.gz")
    ]


def test_what_would_be_lost_is_refused() -> None:
    with pytest.raises(
        ReconError, match=r"there are 2 results and one --start c.npy; .* as --start .npy, makes"
    ):
        _plan([Path("a.npy"), Path("b.npy")], "c.npy")
    with pytest.raises(ReconError, match="standard output has no name; give --start the name of a file"):
        _plan([None], ".npy")
