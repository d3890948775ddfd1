from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image
from skimage import data

from .run import recon_here

ANGLES = ("--angles", "0:180:7.5")
QUICK = ("--max-iter", 12)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a slice, and its sinogram with 3 % noise."""
    folder = tmp_path_factory.mktemp("scan")
    Image.fromarray(data.camera()[90:138, 220:268]).save(folder / "clean.png")
    done = recon_here(
        "simulate",
        "tomography",
        folder / "clean.png",
        *ANGLES,
        "--sigma",
        "3%",
        "-o",
        folder / "sinogram.tif",
    )
    assert done.exit_code == 0, done.stderr
    assert "24 angles, 48 bins" in done.stderr
    return folder


def _solved(source: Path, output: Path, *words: object) -> dict[str, Any]:
    done = recon_here("tomography", source, *ANGLES, *QUICK, "-o", output, "--json", "-q", *words)
    assert done.exit_code == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.slow
def test_a_slice_comes_out_better_than_by_backprojection(made: Path, tmp_path: Path) -> None:
    place, figure = tmp_path / "slice.tif", tmp_path / "figure.png"
    words = ("--reference", made / "clean.png", "--figure", figure, "--max-iter", 40)
    said = _solved(made / "sinogram.tif", place, *words)
    assert said["psnr"] > said["psnr_first"] + 1
    assert (said["angles"], said["bins"], said["axis"]) == (24, 48, 23.5)
    image = tifffile.imread(place)
    assert (image.shape, image.dtype) == ((48, 48), np.float32)
    corners = np.ix_([0, -1], [0, -1])
    assert not image[corners].any()
    assert figure.stat().st_size > 10_000


def test_units_are_those_of_the_data(made: Path, tmp_path: Path) -> None:
    sinogram = tifffile.imread(made / "sinogram.tif")
    np.save(tmp_path / "large.npy", 250 * sinogram)
    one, large = tmp_path / "one.npy", tmp_path / "out.npy"
    _solved(made / "sinogram.tif", one)
    _solved(tmp_path / "large.npy", large)
    np.testing.assert_allclose(np.load(large), 250 * np.load(one), atol=0.5)


def test_the_noise_may_be_given_in_percent(made: Path, tmp_path: Path) -> None:
    largest = float(tifffile.imread(made / "sinogram.tif").max())
    share = _solved(made / "sinogram.tif", tmp_path / "a.npy", "--sigma", "1%")
    number = _solved(made / "sinogram.tif", tmp_path / "b.npy", "--sigma", 0.01 * largest)
    assert share["noise"] == pytest.approx(number["noise"])
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()


def test_an_axis_near_the_end_leaves_a_small_disc(made: Path, tmp_path: Path) -> None:
    said = _solved(made / "sinogram.tif", tmp_path / "a.npy", "--center", 44, "--sigma", "3%")
    assert said["axis"] == 44
    image = np.load(tmp_path / "a.npy")
    assert np.isfinite(image).all()
    assert (image != 0).sum() < 50


def test_a_range_cuts_the_results(made: Path, tmp_path: Path) -> None:
    said = _solved(made / "sinogram.tif", tmp_path / "a.npy", "--range", "-0.2,0.6")
    image = np.load(tmp_path / "a.npy")
    assert said["range"] == [-0.2, 0.6]
    assert image.max() == pytest.approx(0.6)


@pytest.mark.slow
def test_a_stack_by_light_with_an_axis_that_is_found(made: Path, tmp_path: Path) -> None:
    folder = tmp_path
    done = recon_here(
        "simulate", "tomography", made / "clean.png", *ANGLES, "--center", 25, "--sigma", "0.2%",
        "-o", folder / "moved.npy", "-q",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    flat = np.linspace(900, 1100, 48, dtype=np.float32)
    light = flat * np.exp(-np.load(folder / "moved.npy") / 20)
    tifffile.imwrite(folder / "scan.tif", np.stack([light, light], 1), photometric="minisblack")
    tifffile.imwrite(folder / "flat.tif", np.stack([flat, flat]))
    words = ("--flat", folder / "flat.tif", "--center", "auto")
    said = _solved(folder / "scan.tif", folder / "out.npy", *words)
    assert said["axis"] == pytest.approx(25, abs=0.6)
    assert np.load(folder / "out.npy").shape == (2, 48, 48)


def test_methods_to_compare_with(made: Path, tmp_path: Path) -> None:
    first = _solved(made / "sinogram.tif", tmp_path / "tv.npy", "--reference", made / "clean.png")
    done = recon_here(
        "tomography", made / "sinogram.tif", *ANGLES, "--method", "zero-filling", "--json", "-q",
        "-o", tmp_path / "fbp.npy", "--reference", made / "clean.png",
    )  # fmt: skip
    said = json.loads(done.stdout)
    assert said["psnr"] == pytest.approx(said["psnr_first"]) == pytest.approx(first["psnr_first"])


def test_a_pipe(made: Path) -> None:
    done = recon_here(
        "tomography", made / "sinogram.tif", *ANGLES, *QUICK, "-o", "-", "--format", "npy", "-q"
    )
    assert done.exit_code == 0, done.stderr
    assert done.stdout_bytes.startswith(b"\x93NUMPY")


def test_what_is_no_scan_is_said_in_one_sentence(made: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "turned.npy", tifffile.imread(made / "sinogram.tif").T)
    np.savetxt(tmp_path / "radians.txt", np.linspace(0, np.pi, 24, endpoint=False))
    scan = made / "sinogram.tif"
    for words, code, said in (
        ((tmp_path / "turned.npy", *ANGLES), 1, "give its transpose"),
        ((scan, "--angles", tmp_path / "radians.txt"), 2, "look like radians"),
        ((scan, "--angles", "0:180:10"), 1, "has 24 rows, and --angles gives 18 angles"),
        ((scan, *ANGLES, "--center", 60), 2, "--center 60 lies outside the detector"),
        ((scan, *ANGLES, "--center", 45), 2, "the axis in column 45 lies too near the end of the detector"),
        ((scan, *ANGLES, "--sigma", "0%"), 2, "--sigma takes a positive number"),
        ((scan, *ANGLES, "--dark", scan), 2, "--dark: not for line integrals"),
    ):
        done = recon_here("tomography", *words, "-o", tmp_path / "no.npy")
        assert (done.exit_code, said in done.stderr) == (code, True), done.stderr
        assert done.stderr.count("\n") == 1
    assert not (tmp_path / "no.npy").exists()


def test_what_takes_too_much_memory_is_refused(made: Path, tmp_path: Path) -> None:
    place = tmp_path / "out.npy"
    done = recon_here("tomography", made / "sinogram.tif", *ANGLES, "--memory", "8MiB", "-o", place)
    assert done.exit_code == 2
    assert "for an image of 64 x 64 pixels, and 8 MiB are allowed; allow more with --memory" in done.stderr
    assert not place.exists()
    _solved(made / "sinogram.tif", place, "--memory", "1GiB")


def test_light_gives_weights_to_rays(made: Path, tmp_path: Path) -> None:
    depth = tifffile.imread(made / "sinogram.tif")
    light = 900 * np.exp(-3 * depth / depth.max())
    np.save(tmp_path / "light.npy", np.random.default_rng(0).poisson(light).astype(np.float32))
    np.save(tmp_path / "flat.npy", np.full((1, depth.shape[1]), 900, np.float32))
    flat = ("--flat", tmp_path / "flat.npy")
    done = recon_here("tomography", tmp_path / "light.npy", *ANGLES, *QUICK, *flat, "-o", tmp_path / "o.npy")
    assert done.exit_code == 0
    assert "rays weighted from" in done.stderr
