from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from skimage import data

from recon_cli.workflows.tune import examples

from .run import recon_here

RANGES = ("--betas", "1.6:4.8:2", "--lams", "1.5e-4:3e-4:2", "--budget", 5)


@pytest.fixture
def here(photograph: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of photographs as the current one."""
    monkeypatch.chdir(photograph)
    return photograph


@pytest.mark.slow
def test_clean_images_get_noise_and_the_result_serves_denoising(here: Path) -> None:
    done = recon_here("tune", "clean.png", "--sigma", 25, *RANGES, "--json")
    assert done.exit_code == 0, done.stderr
    assert "the images count as clean; noise of sigma 25, seed 0, is added to them" in done.stderr
    assert "parameters: tuned.toml, heat map: tuned.png, log: tuned.jsonl" in done.stderr
    assert "the budget ended before the search did" in done.stderr
    fields = json.loads(done.stdout)
    assert fields["evaluations"] == 5
    assert fields["value"] == fields["psnr"] > 25
    with Image.open("tuned.png") as image:
        assert image.size == (1500, 1200)
    assert len(Path("tuned.jsonl").read_text().splitlines()) == 6
    used = recon_here("denoise", "noisy.png", "--sigma", 25, "--params", "tuned.toml")
    assert used.exit_code == 0, used.stderr
    assert f"beta {fields['beta']:.4g}, lam {fields['lam']:.4g}" in used.stderr
    flag = recon_here(
        "denoise", "noisy.png", "--sigma", 25, "--params", "tuned.toml", "--lam", 1e-3, "--overwrite"
    )
    assert f"beta {fields['beta']:.4g}, lam 0.001" in flag.stderr


def test_quiet(here: Path) -> None:
    done = recon_here("tune", "clean.png", "--sigma", 25, *RANGES[:-1], 1, "-q")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.slow
def test_resuming_goes_on_and_finished_files_are_not_replaced(here: Path) -> None:
    command = ("tune", "clean.png", "--sigma", 25, *RANGES[:-1])
    first = recon_here(*command, 2, "--json")
    assert first.exit_code == 0, first.stderr
    again = recon_here(*command, 2)
    assert again.exit_code == 1
    assert "tuned.toml exists" in again.stderr
    log = Path("tuned.jsonl").read_text()
    more = recon_here(*command, 4, "--resume", "--json")
    assert more.exit_code == 0, more.stderr
    assert json.loads(more.stdout)["evaluations"] == 4
    assert Path("tuned.jsonl").read_text().startswith(log)
    other = recon_here("tune", "noisy.png", "--sigma", 25, *RANGES[:-1], 4, "--resume")
    assert other.exit_code == 1
    assert "tuned.jsonl was written for other images or settings" in other.stderr


@pytest.mark.slow
@pytest.mark.parametrize("criterion", ["sure", "discrepancy"])
def test_noisy_images_need_no_reference(here: Path, criterion: str) -> None:
    done = recon_here("tune", "noisy.png", "--sigma", 25, "--criterion", criterion, "--budget", 3, "--json")
    assert done.exit_code == 0, done.stderr
    assert "noise" not in done.stderr
    fields = json.loads(done.stdout)
    assert fields["psnr"] is None
    assert fields["criterion"] == criterion


def test_a_reference_makes_the_images_the_noisy_ones(here: Path) -> None:
    flags = ("--reference", "clean.png", "--criterion", "ssim", "--json", "--budget", 2, "--climb")
    done = recon_here("tune", "noisy.png", "--sigma", 25, *flags)
    assert done.exit_code == 0, done.stderr
    assert "noise" not in done.stderr
    assert 0.3 < json.loads(done.stdout)["value"] < 1


@pytest.mark.slow
def test_images_of_every_kind_are_tuned_on(here: Path) -> None:
    flags = ("--sigma", 25, "--budget", 1, "--json", "--overwrite")
    clean, noisy = (np.asarray(Image.open(f"{name}.png")) for name in ("clean", "noisy"))
    for name, image in (("clean", clean), ("noisy", noisy)):
        Path(name).mkdir()
        for file in ("a.tif", "b.npy"):
            place = Path(name) / file
            tifffile.imwrite(place, image) if file == "a.tif" else np.save(place, image)
    done = recon_here("tune", "noisy", "--reference", "clean", *flags)
    assert done.exit_code == 0, done.stderr
    both = json.loads(done.stdout)
    assert both["images"] == ["noisy/a.tif", "noisy/b.npy"]
    alone = json.loads(recon_here("tune", "noisy.png", "--reference", "clean.png", *flags).stdout)
    assert both["psnr"] == pytest.approx(alone["psnr"], abs=1e-3)
    Image.fromarray(np.stack([clean] * 3, -1)).save("colour.png")
    found = [recon_here("tune", name, *flags) for name in ("colour.png", "clean.png", "[c]lean.png")]
    psnrs = [json.loads(done.stdout)["psnr"] for done in found]
    assert psnrs == pytest.approx([psnrs[0]] * 3, abs=1e-3)
    wrong = recon_here("tune", "colour.png", *flags, "--criterion", "sure")
    assert wrong.exit_code == 1
    assert "colour.png is a colour image; give a grey one" in wrong.stderr
    command = [sys.executable, "-m", "recon_cli", "tune", "-", *map(str, flags), "--criterion", "sure"]
    piped = subprocess.run(command, input=Path("noisy.png").read_bytes(), capture_output=True, check=False)
    assert piped.returncode == 0, piped.stderr
    assert json.loads(piped.stdout)["images"] == ["-"]


@pytest.mark.slow
def test_early_stopping_keeps_its_tolerance(here: Path) -> None:
    done = recon_here("tune", "clean.png", "--sigma", 25, "--mode", "early-stop", *RANGES[:-1], 2)
    assert done.exit_code == 0, done.stderr
    assert "tol = 0.11" in Path("tuned.toml").read_text()
    wrong = recon_here("denoise", "noisy.png", "--sigma", 25, "--params", "tuned.toml")
    assert wrong.exit_code == 2
    assert "tuned for mode early-stop, and this is mode settled" in wrong.stderr


@pytest.mark.parametrize(("tuned", "used"), [("settled", "full"), ("full", "settled")])
def test_both_modes_of_the_minimum_take_the_same_parameters(here: Path, tuned: str, used: str) -> None:
    ranges = ("--betas", 0.4, "--lams", 3e-4)
    done = recon_here("tune", "clean.png", "--sigma", 25, "--mode", tuned, *ranges, "-q")
    assert done.exit_code == 0, done.stderr
    flags = ("--params", "tuned.toml", "--max-iter", 2, "--json")
    serves = recon_here("denoise", "noisy.png", "--sigma", 25, "--mode", used, *flags)
    assert serves.exit_code == 0, serves.stderr
    line = json.loads(serves.stdout)
    (parameters,) = line["parameters"]
    assert (line["mode"], parameters["beta"], parameters["lam"]) == (used, 0.4, 3e-4)


def test_kspace_is_tuned_by_holding_out_and_the_result_serves_mri(here: Path) -> None:
    recon_here("mri", "--simulate", "clean.png", "--mask", "radial", "--sigma", 10, "-o", "k.npy")
    done = recon_here("tune", "k.npy", "--task", "mri", "--budget", 3, "--json")
    assert done.exit_code == 0, done.stderr
    fields = json.loads(done.stdout)
    assert fields["criterion"] == "holdout"
    used = recon_here("mri", "k.npy", "--params", "tuned.toml")
    assert used.exit_code == 0, used.stderr
    assert f"beta {fields['beta']:.4g}, lam {fields['lam']:.4g}" in used.stderr
    wrong = recon_here("denoise", "noisy.png", "--sigma", 25, "--params", "tuned.toml")
    assert wrong.exit_code == 2
    assert "tuned for task mri, and this is task denoise" in wrong.stderr


def test_full_kspace_is_undersampled_and_judged_by_its_reference(here: Path) -> None:
    image = data.camera()[60:100, 200:240] / 255
    np.save("full.npy", np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(image), norm="ortho")))
    np.save("image.npy", image)
    flags = ("--mask", "cartesian", "--ratio", 0.5, "--reference", "image.npy", "--scale", 1, "--budget", 2)
    done = recon_here("tune", "full.npy", "--task", "mri", *flags, "--json")
    assert done.exit_code == 0, done.stderr
    fields = json.loads(done.stdout)
    assert fields["criterion"] == "psnr"
    assert fields["value"] > 20


def test_without_arguments_examples_are_tuned(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "_SIDE", 16)
    done = recon_here("tune", "--grid", "--budget", 2)
    assert done.exit_code == 0, done.stderr
    assert "tuning on crops of example images; noise of sigma 25" in done.stderr
    assert re.search(r"beta .*lam .*PSNR", done.stderr)
    assert "sigma = 25.0" in Path("tuned.toml").read_text()


def _bad_files() -> None:
    Path("text.png").write_text("not an image")
    Path("log.jsonl").write_text("a letter\n")
    Image.fromarray(np.zeros((5, 40), np.uint8)).save("small.png")
    np.save("k.npy", np.ones((32, 32), np.complex64))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["clean.png"], 2, "give the noise level of the images, as --sigma 25"),
        (["clean.png", "--sigma", 0], 2, "--sigma has to be a positive number"),
        (["clean.png", "--sigma", 25, "--betas", ","], 2, "--betas has to be lo:hi:n"),
        (["clean.png", "--sigma", 25, "--betas", "2:1:3"], 2, "--betas goes from 2 down to 1"),
        (["clean.png", "--sigma", 25, "--lams", "0:1:3"], 2, "--lams has to hold positive numbers"),
        (["clean.png", "--sigma", 25, "--lams", "-1:1:3"], 2, "--lams has to hold positive numbers"),
        (["clean.png", "--sigma", 25, "--lams", "1:2:0"], 2, "at least one value, and n is 0"),
        (["clean.png", "--sigma", 25, "--climb", "--lams", "1:2:3"], 2, "--climb takes no ranges"),
        (["clean.png", "--sigma", 25, "--budget", "soon"], 2, "--budget has to be"),
        (["clean.png", "--sigma", 25, "--jobs", 0], 2, "--jobs has to be at least 1"),
        (["missing.png", "--sigma", 25], 1, "missing.png does not exist"),
        (
            ["text.png", "--sigma", 25],
            1,
            "text.png is not a PNG, TIFF, JPEG, WebP, npy, npz, FITS",
        ),
        (["small.png", "--sigma", 25], 1, "smaller than a patch of 10 x 10"),
        (["clean.png", "--sigma", 25, "--reference", "small.png"], 2, "references have shapes 5 x 40"),
        (["clean.png", "--sigma", 25, *["--reference", "clean.png"] * 2], 2, "1 images and 2 references"),
        (
            ["clean.png", "--criterion", "holdout"],
            2,
            "holdout is not for --task denoise, but for --task deconvolve or inpaint or upscale or",
        ),
        (
            ["clean.png", "new.toml", "--sigma", 25],
            2,
            "new.toml does not exist; the name of a result",
        ),
        (["clean.png", "--sigma", 25, "--mus", "1:2:3"], 2, "--mus: not for --method model"),
        (["clean.png", "--sigma", 25, "--method", "tv", "--lams", "1:2:3"], 2, "--lams: not for --method tv"),
        (["clean.png", "--sigma", 25, "--method", "tv", "--weights", "2:1:3"], 2, "--weights goes from 2"),
        (
            ["clean.png", "--sigma", 25, "--method", "crr", "--mode", "full"],
            2,
            "--mode: not for --method crr",
        ),
        (["clean.png", "--sigma", 25, "--mask", "radial"], 2, "--mask: not for --task denoise"),
        (["clean.png", "--sigma", 25, "--figure", "heat.jpg"], 2, "its name has to end in"),
        (["clean.png", "--sigma", 25, "--figure", "tuned.png", "--log", "tuned.png"], 2, "the same name"),
        (["clean.png", "--sigma", 25, "-o", "no/t.toml"], 1, "the folder no does not exist"),
        (["clean.png", "--sigma", 25, "--log", "log.jsonl", "--resume"], 1, "is no log of recon tune"),
        (["clean.png", "--sigma", 25, "--log", "log.jsonl"], 1, "log.jsonl exists"),
        (["--task", "mri"], 2, "give the k-space files"),
        (["k.npy", "--task", "mri", "--criterion", "psnr"], 2, "psnr needs --reference"),
        (["k.npy", "--task", "mri", "--criterion", "sure"], 2, "sure is not for --task mri"),
        (
            ["clean.png", "--task", "inpaint", "--criterion", "discrepancy", "--mask", "clean.png"],
            2,
            "--sigma",
        ),
        (["--criterion", "beauty"], 2, "--criterion"),
    ],
)
def test_bad_input_is_one_clear_sentence(here: Path, arguments: list[object], code: int, said: str) -> None:
    _bad_files()
    before = {path: path.read_bytes() for path in here.iterdir()}
    done = recon_here("tune", *arguments)
    assert done.exit_code == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert {path: path.read_bytes() for path in here.iterdir()} == before
