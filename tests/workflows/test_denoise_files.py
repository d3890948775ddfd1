from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.parameters import Parameters, write_parameters
from recon_cli.workflows.denoise import DenoiseOptions
from recon_cli.workflows.denoise_files import FileDenoiser
from recon_cli.workflows.denoise_job import Job, Solved

_OPTIONS = DenoiseOptions("unrolled")


def _run(denoiser: FileDenoiser, job: Job) -> Solved:
    return denoiser.solve(denoiser.read(job), lambda *_: lambda _: None)


def _save(place: Path, low: float, high: float) -> Path:
    np.save(place, np.random.default_rng(0).uniform(low, high, (12, 11)))
    return place


def test_sigma_in_the_units_of_the_data_picks_the_model_of_each_file(tmp_path: Path) -> None:
    source = _save(tmp_path / "in.npy", 0, 51)
    for sigma, model in ((5, "sigma25-mean-free"), (1, "sigma5-mean-free")):
        solved = _run(FileDenoiser(_OPTIONS, sigma, "data", given=(0, 51)), Job(source, tmp_path / "out.npy"))
        assert (solved.sigma, solved.model) == (5 * sigma, model)
    with pytest.raises(ReconError, match="no bundled dictionary for sigma 10"):
        _run(FileDenoiser(_OPTIONS, 2, "data", given=(0, 51)), Job(source, tmp_path / "out.npy"))


def test_settings_without_a_model_are_refused_before_a_file_is_read() -> None:
    with pytest.raises(ReconError, match="no bundled dictionary for sigma 13"):
        FileDenoiser(_OPTIONS, 13).check()
    FileDenoiser(_OPTIONS, 13, "data").check()


def test_tuned_parameters_hold_for_every_file(tmp_path: Path) -> None:
    tuned = Parameters("denoise", "unrolled", "sigma25-mean-free", 0.3, 4e-3, None, 25, "psnr", 30, ("a",))
    write_parameters(tmp_path / "tuned.toml", tuned)
    denoiser = FileDenoiser(_OPTIONS, 25, params=tmp_path / "tuned.toml")
    solved = _run(denoiser, Job(_save(tmp_path / "in.npy", 0, 1), None))
    assert (solved.result.parameters.beta, solved.result.parameters.lam) == (0.3, 4e-3)


def test_the_reference_has_the_range_of_the_data(tmp_path: Path) -> None:
    source = _save(tmp_path / "in.npy", 0, 4000)
    job = Job(source, tmp_path / "out.npy", reference=source)
    solved = _run(FileDenoiser(_OPTIONS, 25, given=(0, 4000)), job)
    assert solved.scores is not None
    assert solved.scores[1] == (np.inf, pytest.approx(1))
    other = tmp_path / "other.npy"
    np.save(other, np.zeros((2, 12, 11)))
    with pytest.raises(ReconError, match=r"has shape \(2, 12, 11\), the image has \(12, 11\)"):
        FileDenoiser(_OPTIONS, 25, given=(0, 4000)).read(Job(source, tmp_path / "out.npy", other))
