from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from .run import recon_here


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    Image.fromarray(data.camera()[90:138, 220:268]).save(tmp_path / "clean.png")
    return tmp_path / "clean.png"


def test_what_is_simulated_is_reconstructed_by_the_command_of_the_same_name(clean: Path) -> None:
    folder = clean.parent
    for name, ending, simulated, given in (
        ("inpaint", "_holes", (), ("--mask", folder / "clean_holes_mask.png")),
        ("deconvolve", "_blurred", ("--psf", "motion:5,30"), ("--psf", "motion:5,30")),
        ("upscale", "_coarse", ("--factor", 2), ("--factor", 2)),
    ):
        done = recon_here("simulate", name, clean, *simulated, "--sigma", 2, "--json", "-q")
        assert done.exit_code == 0, done.stderr
        source = json.loads(done.stdout)["output"]
        assert source == str(folder / f"clean{ending}.png")
        words = (*given, "--sigma", 2, "--reference", clean, "--json", "-q", "--max-iter", 15)
        solved = recon_here(name, source, *words)
        assert solved.exit_code == 0, solved.stderr
        said = json.loads(solved.stdout)
        assert said["psnr"] > said["psnr_input"], name


def test_the_mask_is_black_where_pixels_are_missing(clean: Path) -> None:
    done = recon_here("simulate", "inpaint", clean, "--missing", 0.25, "-o", clean.with_name("h.png"))
    assert done.exit_code == 0
    assert "of the pixels missing, see" in done.stderr
    held = np.asarray(Image.open(clean.with_name("h_mask.png"))) > 0
    assert abs(held.mean() - 0.75) < 0.05
    assert not np.asarray(Image.open(clean.with_name("h.png")))[~held].any()


def test_k_space_of_a_picture_is_that_of_the_older_option(tmp_path: Path) -> None:
    picture = tmp_path / "clean.png"
    Image.fromarray(data.camera()[:32, :40]).save(picture)
    words = ("--mask", "random", "--ratio", 0.4, "--sigma", 5, "--seed", 3)
    new, old = tmp_path / "new.npy", tmp_path / "old.npy"
    done = recon_here("simulate", "mri", picture, *words, "-o", new)
    assert done.exit_code == 0, done.stderr
    assert "32 x 40" in done.stderr
    recon_here("mri", "--simulate", picture, *words, "-o", old)
    assert np.array_equal(np.load(new), np.load(old))
    again = recon_here("simulate", "mri", picture, *words, "-o", new)
    assert again.exit_code == 1
    assert "new.npy exists" in again.stderr


def test_several_coils_stand_around_the_field_of_view(tmp_path: Path) -> None:
    picture, made = tmp_path / "clean.png", tmp_path / "coils.npy"
    Image.fromarray(data.retina()).convert("L").resize((96, 88)).save(picture)
    words = ("--mask", "cartesian", "--ratio", 0.4, "--sigma", 2, "--coils", 6)
    done = recon_here("simulate", "mri", picture, *words, "--json", "-o", made)
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["coils"] == 6
    assert np.load(made).shape == (6, 88, 96)
    ran = recon_here("mri", made, "--reference", picture, "--json", "-o", tmp_path / "image.npy")
    said = json.loads(ran.stdout)
    assert said["psnr"] > said["psnr_zero_filled"] + 8
