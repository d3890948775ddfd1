from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from ..cli.run import recon

pytestmark = pytest.mark.slow

THREADS = {"model": 1e-5, "crr": 1e-3}
"""How far results of other numbers of threads may lie apart, of full range: sums are rounded otherwise.

Fourier transforms and products of complex numbers are, too, and the quasi-Newton method of crr goes
another way from there to a point of the same gap."""


@pytest.fixture
def scan(photograph: Path) -> Path:
    image = np.asarray(Image.open(photograph / "clean.png")) / 255
    np.save(photograph / "k.npy", np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(image), norm="ortho")))
    return photograph


COMMANDS = {
    "denoise": (("denoise", "noisy.png", "--sigma", 25, "-o", "{}.png"), ("{}.png",)),
    "denoise stack": (("denoise", "stack.tif", "--sigma", "planes", "-o", "{}.tif"), ("{}.tif",)),
    "mri": (
        ("mri", "k.npy", "--mask", "random", "-o", "{}.nii.gz", "--figure", "{}.pdf"),
        ("{}.nii.gz", "{}.pdf"),
    ),
    "tune": (
        ("tune", "clean.png", "--sigma", 25, "--betas", "0.4", "--lams", "3e-4", "-o", "{}.toml"),
        ("{}.toml", "{}.png", "{}.jsonl"),
    ),
    "show-atoms": (("show-atoms", "--picture", "clean.png", "-o", "{}.svg"), ("{}.svg",)),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_same_command_twice_gives_the_same_bytes(scan: Path, name: str) -> None:
    frames = [np.asarray(Image.open(scan / f"{each}.png"))[:24, :20] for each in ("noisy", "clean")]
    Image.fromarray(frames[0]).save(
        scan / "stack.tif", save_all=True, append_images=[Image.fromarray(frames[1])]
    )
    words, outputs = COMMANDS[name]
    for run in ("first", "second"):
        done = recon(*(str(word).format(run) for word in words), folder=scan)
        assert done.returncode == 0, done.stderr
    for output in outputs:
        first, second = ((scan / output.format(run)).read_bytes() for run in ("first", "second"))
        assert first == second, output


@pytest.mark.parametrize("method", THREADS)
def test_threads_hardly_change_a_result(scan: Path, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """Of an image that PyTorch shares by its threads, of more than 2^15 pixels."""
    noise = 25 * np.random.default_rng(0).standard_normal((160, 208))
    np.save(scan / "in.npy", ((data.camera()[100:260, 150:358] + noise) / 255).astype(np.float32))
    for threads in (1, 2, 3):
        monkeypatch.setitem(os.environ, "OMP_NUM_THREADS", str(threads))
        words = ("--method", method, "--max-iter", 30, "-o", f"{threads}.npy")
        done = recon("denoise", "in.npy", "--sigma", 25, *words, folder=scan)
        assert done.returncode == 0, done.stderr
    one, two, three = (np.load(scan / f"{threads}.npy") for threads in (1, 2, 3))
    np.testing.assert_allclose(two, one, atol=THREADS[method])
    np.testing.assert_allclose(three, one, atol=THREADS[method])
