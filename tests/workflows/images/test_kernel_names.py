from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recon_cli.engine.operators.kernels import gaussian
from recon_cli.errors import ReconError
from recon_cli.workflows.images.kernel_names import coarse_kernel, named_kernel


def test_a_formula_is_the_kernel_of_its_numbers() -> None:
    kernel, said = named_kernel("gaussian:2.0", "--psf")
    np.testing.assert_array_equal(kernel.taps, gaussian(2.0).taps)
    assert said == "kernel gaussian:2.0 of 17 x 17 pixels, its sum 1"


def test_a_lens_finer_than_the_pixels_is_taken() -> None:
    kernel, _ = named_kernel("airy:0.5,0.5,4", "--psf")  # pixels of six times the first dark ring
    assert kernel.taps.max() > 0.9


def test_a_file_is_normalised_and_centred_and_that_is_said(tmp_path: Path) -> None:
    taps = np.zeros((4, 6))
    taps[1:3, 2] = 8, 16
    np.save(tmp_path / "psf.npy", taps)
    kernel, said = named_kernel(str(tmp_path / "psf.npy"), "--psf")
    assert kernel.taps.sum() == pytest.approx(1)
    assert "of 4 x 6 pixels, its sum 24 made 1" in said
    assert said.endswith("its centre of mass (1.67, 2.00) taken for row 2, column 2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gaussian:-1", "a positive number"),
        ("gaussian:", "a positive number"),
        ("gaussian:nan", "a positive number"),
        ("airy:1.4,525", "airy:NA,WAVELENGTH,PIXEL"),
        ("airy:1.4,525,0.065", "wider than 256 pixels"),
        ("airy:1.4,0.525,65", "a pixel of 284 times the first dark ring, so its units differ"),
        ("gaussian:1000", "wider than 256 pixels"),
        ("gausian:2", r"no file and no formula \(did you mean gaussian\?\); formulas are"),
        ("gaussian", "no file and no formula; formulas are"),
    ],
)
def test_what_names_no_kernel(text: str, said: str) -> None:
    with pytest.raises(ReconError, match=said):
        named_kernel(text, "--psf")


@pytest.mark.parametrize("taps", [np.zeros((3, 3)), np.full((3, 3), np.nan), np.ones((3, 3, 3))])
def test_a_file_that_holds_no_kernel(tmp_path: Path, taps: np.ndarray) -> None:
    np.save(tmp_path / "psf.npy", taps)
    with pytest.raises(ReconError, match="kernel"):
        named_kernel(str(tmp_path / "psf.npy"), "--psf")


def test_a_coarse_pixel_is_the_mean_of_those_that_it_covers() -> None:
    kernel, said = coarse_kernel(None, 2, "middle")
    np.testing.assert_array_equal(kernel.taps, np.full((2, 2), 0.25))
    assert kernel.origin == (1, 1)
    assert said == "every pixel the mean of 2 x 2"
    assert "every pixel from the first of 3 x 3" in coarse_kernel("gaussian:1", 3, "corner").said
