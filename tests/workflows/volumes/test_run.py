from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr

from recon_cli.errors import ReconError
from recon_cli.executor import Executor
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.denoising.files import FileDenoiser
from recon_cli.workflows.denoising.noise import GaussianNoise
from recon_cli.workflows.denoising.noise_counts import PoissonNoise, UnknownGain
from recon_cli.workflows.denoising.poisson import CountModel
from recon_cli.workflows.file_workflow import FileTask
from recon_cli.workflows.volumes import parts, run, tasks
from recon_cli.workflows.volumes.run import VolumeTask

from ...volumes import NOISE, noisy_planes, write_ngff

SIDES = (200, 170)


@pytest.fixture
def volume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `in.zarr`, a plane that goes in four parts."""
    monkeypatch.setattr(run, "HELD", 1000)
    monkeypatch.setattr(parts, "SIDE", 96)
    write_ngff(tmp_path / "in.zarr", noisy_planes(1, *SIDES), 32)
    return tmp_path


def _denoiser() -> FileDenoiser:
    return FileDenoiser(DictionaryPrior(), Solver("unrolled"), GaussianNoise(NOISE, "data"))


def _task(folder: Path, denoiser: FileDenoiser | None = None, name: str = "out.zarr") -> VolumeTask:
    task = VolumeTask.of(denoiser or _denoiser(), FileTask(folder / "in.zarr", folder / name))
    assert task is not None
    return task


def _solve(task: VolumeTask, go_on: bool = False) -> run.SolvedVolume:
    return task.solve(Executor(), lambda words: None, go_on)


def _levels(folder: Path) -> list[Any]:
    group: Any = zarr.open(str(folder), mode="r")
    return [group[name][...].astype(np.float64) for name in ("0", "1")]


def test_parts_give_what_the_whole_gives(volume: Path) -> None:
    """But for what is said of halos, see `OVERLAP`: 1e-3 of the range."""
    done = _solve(_task(volume))
    denoiser, whole = _denoiser(), FileTask(volume / "in.zarr", volume / "whole.zarr")
    loaded = denoiser.read(whole)
    denoiser.write(whole, denoiser.solve(whole, loaded))
    width = loaded.spans.each[0].width
    for part, expected in zip(_levels(volume / "out.zarr"), _levels(volume / "whole.zarr"), strict=True):
        assert np.abs(part - expected).max() / width < 1e-3
    made, expected = (zarr.open(str(volume / name)).attrs.asdict() for name in ("out.zarr", "whole.zarr"))
    assert made == expected
    assert done.description.fields["parts"] == 4
    assert (done.result.iterations, done.result.tiles, done.result.objective) == (2, 4, None)
    assert sorted(path.name for path in volume.iterdir()) == ["in.zarr", "out.zarr", "whole.zarr"]


@pytest.mark.slow
def test_a_stopped_run_goes_on_with_what_it_has_done(volume: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _solve(_task(volume, name="once.zarr"))
    solved: list[int] = []
    original = tasks.solve_part

    def stopping(part: parts.Part, job: tasks.Job) -> Iterator[Any]:
        if len(solved) == 2:
            raise KeyboardInterrupt
        solved.append(part.number)
        return original(part, job)

    monkeypatch.setattr(run, "solve_part", stopping)
    with pytest.raises(KeyboardInterrupt):
        _solve(_task(volume))
    assert not (volume / "out.zarr").exists()
    with pytest.raises(ReconError, match="--skip-existing goes on with it"):
        _solve(_task(volume))
    other = replace(_denoiser(), noise=GaussianNoise(2 * NOISE, "data"))
    with pytest.raises(ReconError, match="with other settings"):
        _solve(_task(volume, other), go_on=True)
    solved.clear()
    monkeypatch.setattr(
        run, "solve_part", lambda part, job: solved.append(part.number) or original(part, job)
    )
    again = _solve(_task(volume), go_on=True)
    assert solved == [2, 3]
    assert again.result.iterations == whole.result.iterations
    for made, expected in zip(_levels(volume / "out.zarr"), _levels(volume / "once.zarr"), strict=True):
        np.testing.assert_array_equal(made, expected)


@pytest.mark.slow
def test_a_part_that_fails_leaves_the_others(volume: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = volume / "in.zarr" / "0" / "c" / "0" / "6" / "5"
    kept = lost.read_bytes()
    task = _task(volume)
    lost.write_bytes(b"damaged")
    with pytest.raises(ReconError, match=r"1 of 4 parts of .*in.zarr failed; the others stay"):
        _solve(replace(task, denoiser=replace(task.denoiser, given=(0, 65535))))
    lost.write_bytes(kept)


@pytest.mark.slow
def test_the_level_of_the_noise_is_estimated_for_all_parts_together(volume: Path) -> None:
    done = _solve(_task(volume, replace(_denoiser(), noise=GaussianNoise("auto"))))
    (level,) = {used.sigma for used in done.result.used}
    span = done.description.fields["range"]
    assert level * (span["high"] - span["low"]) / 255 == pytest.approx(NOISE, rel=0.1)


@pytest.mark.slow
def test_what_needs_the_whole_is_refused(volume: Path) -> None:
    for denoiser, name in (
        (replace(_denoiser(), axes="zyx"), "--axes"),
        (replace(_denoiser(), noise=GaussianNoise("planes")), "--sigma planes"),
    ):
        with pytest.raises(ReconError, match=name):
            _solve(_task(volume, denoiser))
        shutil.rmtree(volume / ".out.zarr.unfinished", ignore_errors=True)


@pytest.mark.slow
def test_counts_of_a_known_gain_go_part_by_part_and_an_unknown_one_is_refused(volume: Path) -> None:
    """The noise of these values grows with them, as that of counts does, about."""
    model = CountModel(gain=2.0, read_noise=NOISE, offset=50.0)
    denoiser = replace(_denoiser(), noise=PoissonNoise(model))
    done = _solve(_task(volume, denoiser))
    whole = FileTask(volume / "in.zarr", volume / "whole.zarr")
    loaded = denoiser.read(whole)
    denoiser.write(whole, denoiser.solve(whole, loaded))
    part, expected = (_levels(volume / name)[0] for name in ("out.zarr", "whole.zarr"))
    assert np.abs(part - expected).max() / loaded.spans.each[0].width < 1e-3
    assert "counts with gain 2" in done.description.read
    with pytest.raises(ReconError, match="--noise poisson without --gain"):
        _solve(_task(volume, replace(denoiser, noise=PoissonNoise(UnknownGain())), name="other.zarr"))


@pytest.mark.slow
def test_a_reference_gives_the_ratio_of_all_values_together(volume: Path) -> None:
    write_ngff(volume / "clean.zarr", noisy_planes(1, *SIDES) // 4 * 4, 32)
    task = replace(_task(volume).task, reference=volume / "clean.zarr")
    done = _solve(replace(_task(volume), task=task))
    denoiser, whole = _denoiser(), replace(task, target=volume / "whole.zarr")
    expected = denoiser.describe(whole, denoiser.solve(whole, denoiser.read(whole))).scores
    scores = done.description.scores
    assert scores["psnr"] == pytest.approx(expected["psnr"], abs=0.01)
    assert scores["psnr_input"] == pytest.approx(expected["psnr_input"], abs=0.01)
    ((name, words),) = done.description.score_rows
    assert (name, words.split()[0]) == ("PSNR", f"{scores['psnr']:.2f}")
    write_ngff(volume / "small.zarr", noisy_planes(1, 64, 64), 32)
    task = replace(task, target=volume / "other.zarr", reference=volume / "small.zarr")
    with pytest.raises(ReconError, match=r"small.zarr is no Zarr image of the shape \(1, 200, 170\)"):
        _solve(replace(_task(volume), task=task))


@pytest.mark.slow
def test_a_chunk_that_vanishes_meanwhile_leaves_no_result(
    volume: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is missing of a Zarr is read as zeros, without a word."""
    original = tasks.solve_part

    def vanishing(part: parts.Part, job: tasks.Job) -> Iterator[Any]:
        (volume / "in.zarr" / "0" / "c" / "0" / "6" / "5").unlink(missing_ok=True)
        return original(part, job)

    monkeypatch.setattr(run, "solve_part", vanishing)
    with pytest.raises(ReconError, match=r"in\.zarr has changed meanwhile; remove .*\.out\.zarr\.unfinished"):
        _solve(_task(volume))
    assert not (volume / "out.zarr").exists()


def test_small_images_and_other_files_are_no_volumes(volume: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for source, target in (("in.zarr", "out.tif"), ("none.zarr", "out.zarr")):
        assert VolumeTask.of(_denoiser(), FileTask(volume / source, volume / target)) is None
    monkeypatch.setattr(run, "HELD", 10**6)
    assert VolumeTask.of(_denoiser(), FileTask(volume / "in.zarr", volume / "out.zarr")) is None
