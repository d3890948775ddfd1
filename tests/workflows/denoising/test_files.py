from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from skimage import data

from recon_cli.errors import ReconError
from recon_cli.priors import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.denoising.files import FileDenoiser
from recon_cli.workflows.denoising.noise import GaussianNoise
from recon_cli.workflows.denoising.noise_counts import PoissonNoise
from recon_cli.workflows.denoising.poisson import CountModel
from recon_cli.workflows.denoising.stages import DenoisedPicture
from recon_cli.workflows.file_workflow import FileTask

_MODEL = (DictionaryPrior(), Solver("unrolled"))


def _run(denoiser: FileDenoiser, job: FileTask) -> DenoisedPicture:
    return denoiser.solve(job, denoiser.read(job), lambda *_: lambda _: None)


def _save(place: Path, low: float, high: float) -> Path:
    np.save(place, np.random.default_rng(0).uniform(low, high, (12, 11)))
    return place


def test_sigma_in_the_units_of_the_data_picks_the_model_of_each_file(tmp_path: Path) -> None:
    source = _save(tmp_path / "in.npy", 0, 51)
    for sigma, model in ((5, "sigma25-mean-free"), (1, "sigma5-mean-free")):
        noise = GaussianNoise(sigma, "data")
        solved = _run(FileDenoiser(*_MODEL, noise, given=(0, 51)), FileTask(source, tmp_path / "out.npy"))
        assert (solved.sigmas[0, 0], solved.result.used[0].model) == (5 * sigma, model)
    with pytest.raises(ReconError, match="no bundled dictionary is tuned for sigma 1000"):
        _run(
            FileDenoiser(*_MODEL, GaussianNoise(200, "data"), given=(0, 51)),
            FileTask(source, tmp_path / "out.npy"),
        )


def test_settings_without_a_model_are_refused_before_a_file_is_read() -> None:
    with pytest.raises(ReconError, match="no bundled dictionary is tuned for sigma 1000"):
        FileDenoiser(*_MODEL, GaussianNoise(1000)).check()
    for unknown in (GaussianNoise(1000, "data"), GaussianNoise("auto"), PoissonNoise(CountModel())):
        FileDenoiser(*_MODEL, unknown).check()


def test_strengths_that_are_given_hold_for_every_file(tmp_path: Path) -> None:
    prior = DictionaryPrior("sigma25-mean-free", 0.3, 4e-3)
    solved = _run(
        FileDenoiser(prior, Solver("unrolled"), GaussianNoise(25)),
        FileTask(_save(tmp_path / "in.npy", 0, 1), None),
    )
    (used,) = solved.result.used
    assert used.strengths == {"beta": 0.3, "lam": 4e-3}


def test_the_reference_has_the_range_of_the_data(tmp_path: Path) -> None:
    source = _save(tmp_path / "in.npy", 0, 4000)
    job = FileTask(source, tmp_path / "out.npy", reference=source)
    solved = _run(FileDenoiser(*_MODEL, GaussianNoise(25), given=(0, 4000)), job)
    assert solved.scores is not None
    assert solved.scores[1] == (np.inf, pytest.approx(1))
    other = tmp_path / "other.npy"
    np.save(other, np.zeros((2, 12, 11)))
    with pytest.raises(ReconError, match=r"has shape \(2, 12, 11\), the image has \(12, 11\)"):
        FileDenoiser(*_MODEL, GaussianNoise(25), given=(0, 4000)).read(
            FileTask(source, tmp_path / "out.npy", other)
        )


def test_counts_come_back_as_counts(tmp_path: Path) -> None:
    clean = 40 + 20 * np.sin(np.arange(48) / 9)[:, None] * np.cos(np.arange(40) / 7)
    counts = 2.0 * np.random.default_rng(1).poisson(clean) + 100
    np.save(tmp_path / "counts.npy", counts)
    np.save(tmp_path / "clean.npy", 2 * clean + 100)
    denoiser = FileDenoiser(*_MODEL, PoissonNoise(CountModel(2, 0, 100)))
    job = FileTask(tmp_path / "counts.npy", tmp_path / "out.npy", tmp_path / "clean.npy")
    solved = _run(denoiser, job)
    denoiser.write(job, solved)
    result = np.load(tmp_path / "out.npy")
    assert result.dtype == counts.dtype
    assert abs(result.mean() - counts.mean()) < 1
    assert np.std(result - 2 * clean - 100) < 0.4 * np.std(counts - 2 * clean - 100)
    assert solved.scores is not None
    assert solved.scores[0][0] > solved.scores[1][0] + 7


def test_the_noise_level_of_a_stack_is_found(tmp_path: Path) -> None:
    picture = data.camera()[:96, 200:296].astype(np.float64) / 255
    levels = np.array([10, 25, 25])
    noise = np.random.default_rng(2).standard_normal((3, 96, 96))
    np.save(tmp_path / "stack.npy", picture + levels[:, None, None] / 255 * noise)
    job = FileTask(tmp_path / "stack.npy", tmp_path / "out.npy")
    one = FileDenoiser(*_MODEL, GaussianNoise("auto")).read(job).white.sigmas
    each = FileDenoiser(*_MODEL, GaussianNoise("planes")).read(job).white.sigmas
    np.testing.assert_allclose(one[:, 0], [25, 25, 25], rtol=0.1)
    np.testing.assert_allclose(each[:, 0], levels, rtol=0.15)
