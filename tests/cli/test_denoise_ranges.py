"""Data as instruments write them: the same picture in any type, on any offset, comes out as well.

The truth is a photograph of 128 x 128 pixels; noise of 20 grey levels is on it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from skimage import data

from .run import recon_here

_KINDS: dict[str, tuple[float, float, str]] = {
    "full 8 bits": (0, 255, "uint8"),
    "full 16 bits": (0, 65535, "uint16"),
    "floats": (0, 1, "float32"),
    "12 bits": (0, 4095, "uint16"),
    "12 bits on an offset": (32768, 4095, "uint16"),
    "low light": (100, 300, "uint16"),
    "signed": (-2000, 6000, "int16"),
    "floats around zero": (-0.4, 0.8, "float32"),
    "small floats": (0, 1e-3, "float32"),
    "counts as floats": (0, 4000, "float64"),
    "32 bits": (1e6, 1e5, "uint32"),
}
"""Black, white minus black, and type."""
_LEAST = 27.5
"""dB; full 8 bits come to 27.8."""


@cache
def _clean() -> NDArray[np.float64]:
    pixels: NDArray[np.float64] = data.camera().astype(np.float64).reshape(128, 4, 128, 4).mean((1, 3)) / 255
    return pixels


def _stored(kind: str) -> tuple[NDArray[Any], NDArray[np.float64]]:
    black, height, name = _KINDS[kind]
    noisy = _clean() + 20 / 255 * np.random.default_rng(0).standard_normal((128, 128))
    values, dtype = black + height * noisy, np.dtype(name)
    if dtype.kind == "f":
        return values.astype(dtype), black + height * _clean()
    limits = np.iinfo(dtype)
    return np.rint(values).clip(limits.min, limits.max).astype(dtype), black + height * _clean()


def _denoised(folder: Path, array: NDArray[Any], *flags: object) -> tuple[NDArray[Any], dict[str, Any]]:
    np.save(folder / "in.npy", array)
    done = recon_here("denoise", folder / "in.npy", "-o", folder / "out.npy", "--overwrite", "--json", *flags)
    assert done.exit_code == 0, done.stderr
    return np.load(folder / "out.npy"), {"said": done.stderr, **json.loads(done.stdout)}


@pytest.mark.parametrize("kind", _KINDS)
def test_every_kind_comes_out_as_well_as_full_8_bits_without_an_option(tmp_path: Path, kind: str) -> None:
    noisy, truth = _stored(kind)
    result, report = _denoised(tmp_path, noisy, "--sigma", "auto")
    assert result.dtype == noisy.dtype
    error = np.mean((result.astype(np.float64) - truth) ** 2)
    assert 10 * np.log10(_KINDS[kind][1] ** 2 / error) > _LEAST
    low, high = report["range"]["bounds"]
    assert low <= result.min()
    assert result.max() <= high
    full = kind.startswith("full") or kind in ("floats",)
    assert (report["range"]["from"] == "type") == full
    assert bool(report["range"]["why"]) != full
    assert full or report["range"]["why"] in report["said"]


def _two_channels(folder: Path) -> tuple[Path, NDArray[np.float64], NDArray[np.uint16]]:
    """Write a bright channel and a dim one on an offset, two planes each, as a microscope does."""
    black, height, levels = np.array([0, 500]), np.array([50_000, 400]), np.array([10, 25])
    clean = black[:, None, None, None] + height[:, None, None, None] * np.stack([_clean()] * 2)
    noise = np.random.default_rng(1).standard_normal(clean.shape)
    noisy = clean + (levels * height / 255)[:, None, None, None] * noise
    stored = np.rint(noisy.clip(0, 65535)).astype(np.uint16)
    tifffile.imwrite(folder / "in.ome.tif", stored, ome=True, metadata={"axes": "CZYX"})
    return folder / "in.ome.tif", clean, stored


@pytest.mark.slow
def test_channels_have_ranges_and_levels_of_their_own(tmp_path: Path) -> None:
    source, clean, stored = _two_channels(tmp_path)
    units = ["--sigma-units", "data", "--sigma", f"{10 * 50_000 / 255},{25 * 400 / 255}"]
    for flags in (["--sigma", "auto"], units):
        done = recon_here("denoise", source, "--json", "--overwrite", *flags)
        assert done.exit_code == 0, done.stderr
        report, result = json.loads(done.stdout), tifffile.imread(tmp_path / "in_denoised.ome.tif")
        assert [each["from"] for each in report["range"]] == ["type", "data"]
        assert "channel 0: [0, 65535] is [0, 1]; channel 1: [" in done.stderr
        error = np.sqrt(((result - clean) ** 2).mean((1, 2, 3))) / [50_000, 400]
        assert (-20 * np.log10(error) > [29.8, 26.5]).all()
    assert result.dtype == stored.dtype
    done = recon_here("denoise", source, "--sigma", "1,2,3", "--overwrite")
    assert done.exit_code == 2
    assert "--sigma has 3 levels, and the number of channels is 2" in done.stderr


@pytest.mark.slow
def test_a_level_in_the_units_of_the_data_needs_no_range(tmp_path: Path) -> None:
    for kind in ("signed", "low light"):
        noisy, truth = _stored(kind)
        sigma = 20 / 255 * _KINDS[kind][1]
        result, report = _denoised(tmp_path, noisy, "--sigma", sigma, "--sigma-units", "data")
        assert 10 * np.log10(_KINDS[kind][1] ** 2 / np.mean((result - truth) ** 2)) > _LEAST
        assert f"= {sigma:.4g} in the data" in report["said"]


def test_a_level_of_255_without_a_range_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "in.npy", _stored("signed")[0])
    done = recon_here("denoise", tmp_path / "in.npy", "--sigma", 25)
    assert done.exit_code == 1
    assert (
        "name their black and white with --range, or give --sigma-units data or --sigma auto" in done.stderr
    )


@pytest.mark.slow
def test_a_range_that_cuts_values_is_warned_of(tmp_path: Path) -> None:
    noisy, _ = _stored("signed")
    flags = ["--range", "0,3000", "--sigma", 25, "--mode", "unrolled"]
    result, report = _denoised(tmp_path, noisy, *flags)
    assert (result.min(), result.max()) == (0, 3000)
    share = 100 * np.mean((noisy < 0) | (noisy > 3000))
    assert f"warning: {share:.2g} % of the values lie outside --range, and become 0 or 3000" in report["said"]
    assert "warning" not in _denoised(tmp_path, noisy, "--range", "-9000,9000", *flags[2:])[1]["said"]


@pytest.mark.slow
def test_a_level_that_can_hardly_be_meant_is_warned_of(tmp_path: Path) -> None:
    noisy, _ = _stored("small floats")
    said = _denoised(tmp_path, noisy, "--sigma", 25, "--mode", "unrolled")[1]["said"]
    assert "warning: sigma 25 in 8-bit grey levels is 0.09804 in the data, whose values differ by" in said
    noisy, _ = _stored("floats")
    said = _denoised(tmp_path, noisy, "--sigma", 0.1, "--method", "nlm")[1]["said"]
    assert (
        "warning: sigma 0.1 is very low; sigma is in 8-bit grey levels, in which 0.1 of [0, 1] is 25.5"
        in said
    )
    assert "warning" not in _denoised(tmp_path, noisy, "--sigma", 20, "--method", "nlm")[1]["said"]


@pytest.mark.slow
def test_given_strengths_are_of_the_range_of_the_type(tmp_path: Path) -> None:
    noisy, _ = _stored("12 bits")
    flags = ["--sigma", 2, "--mode", "unrolled", "--model", "sigma5-mean-free", "--beta", 0.3, "--lam", 1e-4]
    assert _denoised(tmp_path, noisy, *flags)[1]["range"]["high"] == 65535


@pytest.mark.slow
def test_the_reference_is_in_the_units_of_its_own_type(tmp_path: Path) -> None:
    noisy, truth = _stored("12 bits")
    np.save(tmp_path / "same.npy", np.rint(truth).astype(np.uint16))
    np.save(tmp_path / "units.npy", truth.astype(np.float32))
    np.save(tmp_path / "other.npy", truth / 65535)
    flags = ["--sigma", "auto", "--mode", "unrolled", "--reference"]
    scores = [_denoised(tmp_path, noisy, *flags, tmp_path / f"{name}.npy")[1]["psnr"]
              for name in ("same", "units", "other")]  # fmt: skip
    assert scores[0] > 24
    np.testing.assert_allclose(scores, scores[0], atol=0.01)
