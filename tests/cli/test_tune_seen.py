from __future__ import annotations

import json
from pathlib import Path

import pytest

from .run import recon_here

TASKS = {
    "deconvolve": (("--psf", "gaussian:1.2"), ("--sigma", 2)),
    "inpaint": (("--missing", 0.4), ("--sigma", 5)),
    "upscale": (("--factor", 2), ("--sigma", 1)),
    "tomography": (("--angles", "0:180:9"), ()),
}
TV = ("--method", "tv", "--budget", 3)


@pytest.fixture
def here(photograph: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of photographs as the current one."""
    monkeypatch.chdir(photograph)
    return photograph


@pytest.mark.parametrize("criterion", ["holdout", "sure"])
@pytest.mark.parametrize("task", TASKS)
def test_data_are_tuned_without_a_reference_and_the_result_serves_the_command(
    here: Path, task: str, criterion: str
) -> None:
    own, sigma = TASKS[task]
    noise = sigma if task != "tomography" else ("--sigma", "1%")
    name = "data.tif" if task == "tomography" else "data.png"
    assert recon_here("simulate", task, "clean.png", *own, *noise, "-o", name, "-q").exit_code == 0
    own = ("--mask", "data_mask.png") if task == "inpaint" else own
    done = recon_here(
        "tune", name, "--task", task, *own, *sigma, "--criterion", criterion, *TV, "--json", "-q"
    )
    assert done.exit_code == 0, done.stderr
    tuned = json.loads(done.stdout)
    assert (tuned["task"], tuned["criterion"], tuned["psnr"]) == (task, criterion, None)
    command = (task, name, *own, *sigma, "--method", "tv", "--params", "tuned.toml", "--json", "-q")
    used = recon_here(*command)
    assert used.exit_code == 0, used.stderr
    assert f'"weight": {tuned["weight"]}' in used.stdout
    wrong = recon_here("denoise", "noisy.png", "--sigma", 25, "--method", "tv", "--params", "tuned.toml")
    assert wrong.exit_code == 2
    assert f"was tuned for task {task}, and this is task denoise" in wrong.stderr


@pytest.mark.parametrize("task", TASKS)
def test_data_of_clean_images_are_simulated(here: Path, task: str) -> None:
    own, _ = TASKS[task]
    sigma = ("--sigma", "1%") if task == "tomography" else ("--sigma", 3)
    done = recon_here("tune", "clean.png", "--task", task, *own, *sigma, *TV, "--json")
    assert done.exit_code == 0, done.stderr
    assert "the images count as clean" in done.stderr
    tuned = json.loads(done.stdout)
    assert tuned["criterion"] == "psnr"
    assert tuned["value"] > 20


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--task", "deconvolve", "--sigma", 2), "give the point spread function, as --psf gaussian:1.6"),
        (("--task", "upscale", "--sigma", 2), "give --factor, the pixels of the result for one of the image"),
        (("--task", "tomography"), "give the angles of the projections, as --angles 0:180:1"),
        (("--task", "inpaint"), "give the noise level of the images, as --sigma 5"),
        (
            ("--task", "inpaint", "--sigma", 5, "--criterion", "holdout"),
            "give --mask, an image that is black",
        ),
        (("--task", "inpaint", "--sigma", 5, "--psf", "disk:2"), "--psf: not for --task inpaint"),
        (("--task", "denoise", "--sigma", "loud"), "--sigma takes a number, as 25, and is loud"),
        (
            ("--task", "tomography", "--angles", "0:180:9", "--sigma", "0.1"),
            "--sigma of projections that are simulated is a percentage, as 1%",
        ),
    ],
)
def test_what_is_missing_or_does_not_go_together_is_one_sentence(
    here: Path, words: tuple[object, ...], said: str
) -> None:
    done = recon_here("tune", "clean.png", *words)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_reference_of_another_size_is_refused(here: Path) -> None:
    done = recon_here(
        "tune", "clean.png", "--task", "upscale", "--factor", 2, "--sigma", 1, "--reference", "clean.png"
    )
    assert done.exit_code == 2
    assert "the reference of image 1 has the shape (48, 40), and it takes 96 x 80 pixels" in done.stderr
