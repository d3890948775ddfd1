from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_cli.errors import ReconError
from recon_cli.files.parameters import Parameters, read_parameters, write_parameters

TUNED = Parameters(
    "denoise",
    "model",
    "full",
    "sigma25-mean-free",
    {"beta": 0.436203, "lam": 3e-4},
    None,
    25.0,
    "psnr",
    28.1,
    ("a.png", "b.png"),
)
positive = st.floats(1e-12, 1e12)


@given(positive, positive, st.none() | positive, st.lists(st.sampled_from(['a "b".png', "c:\\d", "Ä.tif"])))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, beta: float, lam: float, tol: float | None, images: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "tuned.toml"
    tuned = replace(TUNED, strengths={"beta": beta, "lam": lam}, tol=tol, images=tuple(images))
    write_parameters(path, tuned)
    assert read_parameters(path, "denoise", "model", "full", None, 25) == tuned


@pytest.mark.parametrize(
    ("method", "model", "strengths"),
    [("crr", "sigma25-crr", {"lam": 8.0, "mu": 1.0}), ("tv", None, {"weight": 0.07})],
)
def test_other_methods_have_their_own_strengths(
    tmp_path: Path, method: str, model: str | None, strengths: dict[str, float]
) -> None:
    path = tmp_path / "tuned.toml"
    tuned = replace(TUNED, method=method, mode=None, model=model, strengths=strengths)
    write_parameters(path, tuned)
    assert read_parameters(path, "denoise", method, "full", None, 25) == tuned


def test_files_of_before_there_were_other_methods_are_read(tmp_path: Path) -> None:
    path = tmp_path / "tuned.toml"
    write_parameters(path, TUNED)
    path.write_text(path.read_text().replace('method = "model"\n', ""))
    assert read_parameters(path, "denoise", "model", "full", None, 25) == TUNED


def test_what_is_not_known_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "tuned.toml"
    write_parameters(path, replace(TUNED, task="mri", sigma=None))
    assert "tol" not in path.read_text()
    assert read_parameters(path, "mri", "model", "full", "sigma25-mean-free").sigma is None


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (("mri", "model", "full", None, None), "tuned for task denoise, and this is task mri"),
        (("denoise", "model", "unrolled", None, 25), "tuned for mode full, and this is mode unrolled"),
        (
            ("denoise", "model", "full", "mine", 25),
            "tuned for model sigma25-mean-free, and this is model mine",
        ),
        (("denoise", "crr", "full", None, 25), "tuned for method model, and this is method crr"),
        (("denoise", "model", "full", None, 15), "tuned for sigma 25.0, and this is sigma 15"),
    ],
)
def test_parameters_of_something_else_are_refused(
    tmp_path: Path, wanted: tuple[str, str, str, str | None, float | None], said: str
) -> None:
    path = tmp_path / "tuned.toml"
    write_parameters(path, TUNED)
    with pytest.raises(ReconError, match=said) as caught:
        read_parameters(path, *wanted)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("beta = 0.436203", "beta = -1", "beta is -1"),
        ("beta = 0.436203", "beta = nan", "beta is nan"),
        ("beta = 0.436203", 'beta = "x"', "not a parameter file"),
        ("beta = 0.436203", "", "it lacks beta"),
        ("beta = 0.436203", "beta = 1\nalpha = 2", "what is alpha"),
        ("beta = ", "beta ", "not a parameter file"),
        ('method = "model"', 'method = "tv"', "it lacks weight"),
        ('method = "model"', 'method = "nlm"', "its method is nlm"),
        ('method = "model"', "method = []", "its method is"),
        ('images = ["a.png", "b.png"]', "images = 3", "not a parameter file"),
    ],
)
def test_a_damaged_file_is_one_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "tuned.toml"
    write_parameters(path, TUNED)
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ReconError, match=said):
        read_parameters(path, "denoise", "model", "full", None, 25)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match="does not exist"):
        read_parameters(tmp_path / "no.toml", "denoise", "model", "full", None)
