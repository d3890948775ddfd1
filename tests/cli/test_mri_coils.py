"""A slice of a real head, seen by eight coils, from files to files."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import nibabel
import numpy as np
import pytest

from recon_cli.workflows.mri.masks import generate_mask

from ..workflows.mri.acquisitions import coil_maps, noise, transform
from .run import recon_here

SIDE = 96


@pytest.fixture
def scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write 4-fold undersampled k-space, the coils' maps and the magnitude, in the units of a scanner."""
    found = find_spec("dipy")
    if found is None or found.origin is None:
        pytest.skip("the slice comes with dipy")
    head = np.load(Path(found.origin).parent / "data" / "files" / "t1_coronal_slice.npy")[8:200, 32:224]
    magnitude = 3000 * head.reshape(SIDE, 2, SIDE, 2).mean((1, 3))
    rows, cols = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]  # type: ignore[misc]
    image = magnitude * np.exp(1j * (rows + 0.7 * cols**2))
    maps = coil_maps(8, SIDE, SIDE)
    mask = generate_mask("random", SIDE, SIDE, 0.25, seed=1)
    samples = (transform(maps * image) + 3000 * noise(8, SIDE, SIDE, level=0.005)) * mask
    np.save(tmp_path / "kspace.npy", samples.astype(np.complex64))
    np.save(tmp_path / "maps.npy", maps)
    np.save(tmp_path / "magnitude.npy", magnitude)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(("maps", "most"), [("maps.npy", 0.5), ("auto", 0.52)])
def test_the_error_is_about_half_of_zero_filling(scan: Path, maps: str, most: float) -> None:
    """Maps are estimated from the middle 6 x 6 samples, which alone are complete."""
    flags = ["--beta", 0.02, "--lam", 2e-4, "--mode", "full", "--tol", 5e-3, "--reference", "magnitude.npy"]
    done = recon_here("mri", "kspace.npy", "--maps", maps, *flags, "-o", "head.nii.gz")
    assert done.exit_code == 0, done.stderr
    assert "complex, k-space scaled" in done.stderr
    error, before = re.search(r"NRMSE\s+(\S+) \(zero-filled (\S+)\)", done.stderr).groups()  # type: ignore[union-attr]
    assert float(error) <= most * float(before)
    assert nibabel.load(scan / "head.nii.gz").shape == (SIDE, SIDE, 1)
