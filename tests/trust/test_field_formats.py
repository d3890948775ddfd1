"""Files of the sciences that are damaged, hostile, or lack their library."""

from __future__ import annotations

import importlib.util
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.images import isolated, read_picture
from recon_cli.files.images.format import FileFormat
from recon_cli.files.images.formats import BY_NAME, FORMATS

from ..files.images.field import samples

STACK = np.random.default_rng(0).integers(0, 4096, (3, 14, 12)).astype(np.uint16)


def _seed(name: str, folder: Path) -> bytes:
    make = {
        "fits": lambda: samples.fits(STACK),
        "mrc": lambda: samples.mrc(folder / "seed.mrc", STACK),
        "nifti": lambda: samples.nifti(STACK),
        "dicom": lambda: samples.dicom(STACK, NumberOfFrames=3),
        "lif": lambda: samples.lif(STACK),
    }
    return make[name]()


@pytest.mark.parametrize("name", ["fits", "mrc", "nifti", "dicom", "lif"])
def test_damaged_files_give_a_picture_or_one_sentence(name: str, tmp_path: Path) -> None:
    pytest.importorskip(BY_NAME[name].module or BY_NAME[name].package)
    seed, chance = _seed(name, tmp_path), np.random.default_rng(1)
    refused = 0
    for _ in range(40):
        content = bytearray(seed)
        for place in chance.integers(0, len(seed) if chance.random() < 0.5 else 400, 4):
            content[place] = chance.integers(256)
        if chance.random() < 0.5:
            del content[int(chance.integers(400, len(seed))) :]
        said = _read(bytes(content), name)
        assert said is None or said.startswith("in ")
        refused += said is not None
    assert refused


def _read(content: bytes, name: str) -> str | None:
    """Return the sentence that a file is refused with, or None."""
    try:
        with warnings.catch_warnings(action="ignore"):
            assert isolated.picture(Path("in"), name, "in", content).arrays["array"].size
    except ReconError as error:
        return str(error)
    return None


def test_a_size_is_refused_before_it_is_made_room_for(tmp_path: Path) -> None:
    pytest.importorskip("astropy")
    large = samples.fits(np.zeros((4, 4), np.uint8)).replace(
        b"NAXIS1  =                    4", b"NAXIS1  =           4000000000"
    )
    (tmp_path / "large.fits").write_bytes(large)
    with pytest.raises(ReconError, match="declares 16000000000 values"):
        read_picture(tmp_path / "large.fits")


def test_a_folder_with_links_to_other_places_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("zarr")
    samples.ome_zarr(tmp_path / "in.zarr", STACK)
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "in.zarr/0/c/0/0/0").unlink()
    (tmp_path / "in.zarr/0/c/0/0/0").symlink_to(tmp_path / "secret")
    with pytest.raises(ReconError, match="has a link to a place outside of it"):
        read_picture(tmp_path / "in.zarr")


def test_a_folder_whose_image_lies_elsewhere_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("zarr")
    samples.ome_zarr(tmp_path / "other.zarr", STACK)
    samples.ome_zarr(tmp_path / "in.zarr", STACK)
    told = json.loads((tmp_path / "in.zarr/zarr.json").read_text())
    told["attributes"]["ome"]["multiscales"][0]["datasets"][0]["path"] = "../other.zarr/0"
    (tmp_path / "in.zarr/zarr.json").write_text(json.dumps(told))
    with pytest.raises(ReconError, match="which is not inside of it"):
        read_picture(tmp_path / "in.zarr")


def test_no_codec_runs_code_of_a_file(tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr")
    made = zarr.create_array(str(tmp_path / "in.zarr"), shape=(4, 4), dtype="u2", zarr_format=2)
    made[...] = 1
    told = json.loads((tmp_path / "in.zarr/.zarray").read_text())
    (tmp_path / "in.zarr/.zarray").write_text(json.dumps(told | {"filters": [{"id": "pickle"}]}))
    with pytest.raises(ReconError, match="pickle"):
        read_picture(tmp_path / "in.zarr")


@pytest.mark.parametrize("known", [each for each in FORMATS if each.package], ids=lambda each: each.name)
def test_every_library_that_is_missing_is_named(known: FileFormat, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(f"{known.package}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, known.package, None)  # as if it were not there
    with pytest.raises(ReconError, match=f"{known.title} file, for which {known.package} has to be"):
        known.check_library("in")


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in.fits").write_bytes(b"SIMPLE  = ".ljust(2880))
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if "astropy" in name else find(name))
    with pytest.raises(ReconError, match="is a FITS file, for which astropy has to be installed"):
        read_picture(tmp_path / "in.fits")
