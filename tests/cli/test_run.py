from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import tifffile
from skimage import data

from .run import recon_here

PAGE = Path(__file__).resolve().parents[2] / "docs/howto/operator.md"
CLEAN = (data.camera()[90:138, 220:268] / 255).astype(np.float32)
WRONG = """
import torch
from recon_cli.operators import LinearOperator, Identity

class Twice(LinearOperator):
    def __init__(self, shape): self.image_shape = shape
    def forward(self, x): return 2 * x
    def adjoint(self, y): return y

class Bent(Twice):
    def forward(self, x): return x ** 2

class Half(LinearOperator):
    def forward(self, x): return x

class Late(Twice):
    def forward(self, x): return x
    def spectrum(self, like): raise KeyError("later")

class Fewer(Twice):
    def forward(self, x): return x[:, 1:]

def fails(shape):
    return 1 / 0

number = 3
identity = Identity((48, 48))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the operator of the page, wrong ones, and data of a camera with dead pixels."""
    monkeypatch.chdir(tmp_path)
    found = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found
    Path("my_operator.py").write_text(found[1])
    Path("wrong.py").write_text(WRONG)
    dead = np.arange(48 * 48).reshape(48, 48) % 7 == 0
    noisy = CLEAN + 10 / 255 * np.random.default_rng(0).standard_normal(CLEAN.shape)
    np.save("data.npy", np.where(dead, 0, noisy).astype(np.float32))
    np.save("clean.npy", CLEAN)
    return tmp_path


def test_the_operator_of_the_page_reconstructs_from_the_command_line(folder: Path) -> None:
    done = recon_here(
        "run", "--operator", "my_operator.py:camera", "data.npy", "--sigma", 10 / 255, "--range", "0,1",
        "--reference", "clean.npy", "--figure", "figure.png", "--json", "-q",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["psnr"] > 28 > said["psnr_first"] + 5
    assert tifffile.imread("data_images.tif").dtype == np.float32
    assert not (folder / "__pycache__").exists()


def test_several_images_of_an_archive(folder: Path) -> None:
    noisy = np.load("data.npy")
    np.savez("data.npz", data=np.stack([noisy, noisy[::-1]]), other=np.ones(3))
    words = ("--operator", "wrong.py:identity", "--several", "--sigma", "4%", "--max-iter", 12)
    done = recon_here("run", "data.npz", *words, "-o", "out.npy", "-q")
    assert done.exit_code == 0, done.stderr
    assert np.load("out.npy").shape == (2, 48, 48)


@pytest.mark.parametrize(
    ("operator", "said"),
    [
        (
            "wrong.py:Twice",
            r"is not that of its forward: for random x and y <H x, y> is .*, and <x, H' y> is",
        ),
        ("wrong.py:Bent", "is not linear"),
        ("wrong.py:Half", "Half of wrong.py lacks adjoint, which every operator has"),
        ("wrong.py:Late", r"wrong.py, line \d+ raised KeyError while"),
        ("wrong.py:Fewer", r"makes \(47, 48\) of an image of 48 x 48"),
        ("wrong.py:fails", r"wrong.py, line \d+ raised ZeroDivisionError when fails was called"),
        ("wrong.py:number", "is or gives a int, not a LinearOperator"),
    ],
)
def test_an_operator_that_is_wrong_is_told_before_anything_is_solved(
    folder: Path, operator: str, said: str
) -> None:
    done = recon_here("run", "--operator", operator, "data.npy", "--sigma", 0.04)
    assert done.exit_code == 1
    assert re.search(said, done.stderr), done.stderr
    assert done.stderr.count("\n") == 1
    assert not (folder / "data_images.tif").exists()


@pytest.mark.parametrize(
    ("operator", "said", "code"),
    [
        ("wrong.py:nothing", "has no nothing; it has Twice, Bent, Half", 2),
        ("wrong.py", "takes FILE.py:NAME", 2),
        ("missing.py:a", "missing.py is no file", 2),
        ("broken.py:a", "broken.py, line 2 raised SyntaxError", 1),
    ],
)
def test_words_that_name_no_operator(folder: Path, operator: str, said: str, code: int) -> None:
    Path("broken.py").write_text("x = 1\ndef (\n")
    done = recon_here("run", "--operator", operator, "data.npy", "--sigma", 0.04)
    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr


def test_settings_and_variables_run_no_code(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may be another's, as all files but the one that the user names."""
    Path("wrong.py").write_text("from pathlib import Path\nPath('exploded').touch()\n")
    Path("c.toml").write_text('operator = "wrong.py:identity"\n')
    words = ("run", "data.npy", "--sigma", 1)
    by_file = recon_here(*words, "--config", "c.toml")
    monkeypatch.setenv("RECON_RUN_OPERATOR", "wrong.py:identity")
    for done in (by_file, recon_here(*words)):
        assert (done.exit_code, "has to stand on the command line" in done.stderr) == (2, True), done.stderr
    assert not Path("exploded").exists()


@pytest.mark.parametrize(
    ("values", "said"),
    [(np.full((48, 48), np.nan), "NaN or infinite"), (np.zeros((48, 48)), "zero everywhere")],
)
def test_data_that_are_none(folder: Path, values: np.ndarray, said: str) -> None:
    np.save("bad.npy", values.astype(np.float32))
    done = recon_here("run", "--operator", "wrong.py:identity", "bad.npy", "--sigma", 1)
    assert (done.exit_code, said in done.stderr) == (1, True), done.stderr
