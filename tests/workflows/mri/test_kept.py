from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.executor import Executor
from recon_cli.files.kspace.samples import Details, KSpace
from recon_cli.priors import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.frames import Frames
from recon_cli.workflows.mri import frames as module
from recon_cli.workflows.mri.frames import FrameJob, reconstruct_kspace
from recon_cli.workflows.mri.kept import KeptFrames, mark_of
from recon_cli.workflows.mri.sampling import Undersampling
from recon_cli.workflows.mri.study import Study, prepare

from .acquisitions import transform

PRIOR, SOLVER = DictionaryPrior(), Solver(count=2)


def _study() -> Study:
    truth = np.linspace(0.2, 0.8, 32)[:, None] * np.ones(32)
    samples = np.stack([factor * transform(truth)[None] for factor in (1, 0, 0.5, 0.25)])
    return prepare(samples.astype(np.complex64), Undersampling())


def _stop_at(monkeypatch: pytest.MonkeyPatch, solved: list[int], most: int) -> None:
    solve = FrameJob.solve

    def counted(job: FrameJob, follow: object = None) -> Frames:
        if len(solved) == most:
            raise KeyboardInterrupt
        solved.append(1)
        return solve(job, follow)  # type: ignore[arg-type]

    monkeypatch.setattr(module.FrameJob, "solve", counted)


def test_a_run_that_was_stopped_goes_on_with_its_frames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, kept = _study(), KeptFrames(tmp_path / "out.npy", "a1")
    whole = reconstruct_kspace(study, PRIOR, SOLVER)
    solved: list[int] = []
    with monkeypatch.context() as patched:
        _stop_at(patched, solved, 2)
        with pytest.raises(KeyboardInterrupt):
            reconstruct_kspace(study, PRIOR, SOLVER, kept=kept)
    assert kept.count() == 2
    with monkeypatch.context() as patched:
        _stop_at(patched, solved, 3)
        done = reconstruct_kspace(study, PRIOR, SOLVER, kept=kept)
    assert len(solved) == 3
    np.testing.assert_array_equal(done.result.image, whole.result.image)
    np.testing.assert_array_equal(done.starts, whole.starts)
    assert (done.bounds, done.sets) == (whole.bounds, whole.sets)
    assert [part.iterations for part in done.parts] == [part.iterations for part in whole.parts]
    assert [part.used[0].parameters for part in done.parts] == [p.used[0].parameters for p in whole.parts]
    kept.remove()
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_processes_keep_frames_too(tmp_path: Path) -> None:
    study, kept = _study(), KeptFrames(tmp_path / "out.npy", "a1")
    with Executor(2) as executor:
        first = reconstruct_kspace(study, PRIOR, SOLVER, executor=executor, kept=kept)
    assert kept.count() == 3
    again = reconstruct_kspace(study, PRIOR, SOLVER, kept=kept)
    np.testing.assert_array_equal(first.result.image, again.result.image)


@pytest.mark.parametrize("kind", ["npz", "json"])
def test_a_frame_that_is_damaged_is_solved_again(tmp_path: Path, kind: str) -> None:
    study, kept = _study(), KeptFrames(tmp_path / "out.npy", "a1")
    reconstruct_kspace(study, PRIOR, SOLVER, kept=kept)
    place = next(kept.folder.glob(f"*-2.{kind}"))
    place.write_bytes(place.read_bytes()[:60])
    assert set(kept.known(range(4))) == {0, 3}


def test_frames_of_other_data_or_settings_are_not_taken(tmp_path: Path) -> None:
    study = _study()
    reconstruct_kspace(study, PRIOR, SOLVER, kept=KeptFrames(tmp_path / "out.npy", "a1"))
    assert KeptFrames(tmp_path / "out.npy", "b2").count() == 0
    assert KeptFrames(tmp_path / "out.npy", "b2").known(range(4)) == {}
    measured = KSpace(study.samples, None, None, (4,), "", "npy", None)
    other = study.samples.copy()
    other[3, 0, 5, 5] += 1e-3
    path = Details(trajectory=np.zeros((1, 32, 32, 2), np.float32))
    marks = [
        mark_of(measured, SOLVER),
        mark_of(measured, Solver(count=3)),
        mark_of(replace(measured, samples=other), SOLVER),
        mark_of(replace(measured, mask=np.ones((32, 32), bool)), SOLVER),
        mark_of(replace(measured, details=path), SOLVER),
    ]
    assert len(set(marks)) == len(marks)
    assert mark_of(replace(measured, samples=study.samples.copy()), Solver(count=2)) == marks[0]


def test_where_no_folder_can_be_made_a_sentence_says_so(tmp_path: Path) -> None:
    kept = KeptFrames(tmp_path / "out.npy", "a1")
    kept.folder.write_bytes(b"")
    with pytest.raises(ReconError, match=r"cannot write .*\.out\.npy\.unfinished"):
        reconstruct_kspace(_study(), PRIOR, SOLVER, kept=kept)
