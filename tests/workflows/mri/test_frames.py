from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from recon_cli.engine.result import Status
from recon_cli.engine.solvers.company import side_by_side
from recon_cli.errors import ReconError
from recon_cli.executor import Executor
from recon_cli.priors import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.file_workflow import FilePart
from recon_cli.workflows.frames import Frames
from recon_cli.workflows.mri import frame_memory
from recon_cli.workflows.mri import frames as module
from recon_cli.workflows.mri.frames import reconstruct_kspace
from recon_cli.workflows.mri.kept import KeptFrames
from recon_cli.workflows.mri.measurement import ImageModel
from recon_cli.workflows.mri.sampling import Undersampling
from recon_cli.workflows.mri.study import Study, prepare

from .acquisitions import coil_maps, noise, small_prior, transform


@pytest.mark.parametrize("image", ["real", "complex"])
def test_bright_dots_are_not_cut(image: ImageModel) -> None:
    truth = np.full((48, 48), 0.2)
    truth[10::12, 10::12] = 1.0
    samples = (transform(truth)[None] + noise(1, 48, 48, level=0.002)).astype(np.complex64)
    study = prepare(samples[None], Undersampling(), image=image, scale=2.0)
    done = reconstruct_kspace(study, DictionaryPrior(), Solver(count=10))
    assert done.bounds[0] > 2.0
    assert np.abs(np.asarray(done.result.image)).max() == pytest.approx(1.0, abs=0.1)


def test_the_residual_of_the_frame_that_is_asked_for_is_noise_of_the_level_that_is_known() -> None:
    truth = np.full((48, 48), 0.2)
    truth[10:30, 20:40] = 0.7
    mask = np.random.default_rng(1).random((48, 48)) < 0.6
    mask[20:28, 20:28] = True
    samples = np.stack([transform(truth)[None] + noise(1, 48, 48, level=level) for level in (0.01, 0.03)])
    study = prepare((samples * mask).astype(np.complex64), Undersampling(), image="real", noise=0.03)
    done = reconstruct_kspace(study, DictionaryPrior(), Solver(count=20), residual_of=1)
    assert done.residual is not None
    assert done.residual.shape == (2, 48, 48)
    np.testing.assert_array_equal(np.isfinite(done.residual[0]), mask)
    assert 0.75 < np.nanstd(done.residual) < 1.1  # some of the noise is left in the image
    assert reconstruct_kspace(study, DictionaryPrior(), Solver(count=3)).residual is None


def test_blank_frames_stay_zero() -> None:
    truth = np.full((32, 32), 0.2)
    truth[10:20] = 0.6
    samples = np.zeros((3, 1, 32, 32), np.complex64)
    samples[1:] = transform(truth)
    samples[2] = 0
    done = reconstruct_kspace(prepare(samples, Undersampling()), DictionaryPrior(), Solver(count=3))
    assert done.result.image.shape == done.starts.shape == (3, 32, 32)
    assert [bool(frame.any()) for frame in np.asarray(done.result.image)] == [False, True, False]
    assert len(done.parts) == 1


@pytest.mark.slow
def test_processes_make_the_same_frames() -> None:
    truth = np.linspace(0.2, 0.8, 32)[:, None] * np.ones(32)
    samples = np.stack([factor * transform(truth)[None] for factor in (1, 0, 0.5, 0.25, 0.8, 0.1)])
    study = prepare(samples.astype(np.complex64), Undersampling())
    alone = reconstruct_kspace(study, DictionaryPrior(), Solver(count=2))
    told = []
    with Executor(2) as executor:
        together = reconstruct_kspace(
            study,
            DictionaryPrior(),
            Solver(count=2),
            lambda words, tolerance: told.append(words),  # type: ignore[arg-type, return-value]
            executor=executor,
        )
        with pytest.raises(ReconError, match=r"2 at once, each a real frame of 32 x 32 .* fewer --jobs"):
            reconstruct_kspace(
                study, DictionaryPrior(), Solver(count=2), limit=True, memory=2**20, executor=executor
            )
    np.testing.assert_allclose(together.result.image, alone.result.image, atol=1e-5)
    np.testing.assert_allclose(together.starts, alone.starts, atol=1e-6)
    assert told == [f"frame {frame} of 6" for frame in (1, 3, 4, 5, 6)]
    assert len(together.parts) == 5


def _volume(frames: int = 5, coils: int = 3, side: int = 32) -> Study:
    """Return slices that differ in object, phase, maps, mask and noise; the second one is blank."""
    rows, cols = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]  # type: ignore[misc]
    samples, maps = [], []
    for k in range(frames):
        truth = 0.7 * ((rows / 0.8) ** 2 + (cols / (0.4 + 0.1 * k)) ** 2 < 1) * np.exp(1j * (0.3 * k + cols))
        own = np.roll(coil_maps(coils, side, side), k, 2)
        mask = np.random.default_rng(k).random((side, side)) < 0.6
        mask[12:20, 12:20] = True
        data = transform(own * truth) + noise(coils, side, side, level=0.01 * (1 + k), seed=k)
        samples.append((k != 1) * data * mask)
        maps.append(own)
    return prepare(np.stack(samples).astype(np.complex64), Undersampling(), maps=np.stack(maps))


def _beside(monkeypatch: pytest.MonkeyPatch, most: int) -> list[int]:
    """Let so many frames be solved side by side, and write down how many were."""
    monkeypatch.setitem(frame_memory.MOST, "cpu", most)
    counts: list[int] = []

    def counted(works: Sequence[Callable[[], Frames]]) -> list[Frames]:
        counts.append(len(works))
        return side_by_side(works)

    monkeypatch.setattr(module, "side_by_side", counted)
    return counts


@pytest.mark.parametrize(
    ("prior", "solver"),
    [
        (DictionaryPrior(), Solver(device="cpu")),
        (small_prior(), Solver(device="cpu")),
        (small_prior(), Solver("full", 1e-2, device="cpu")),
    ],
)
def test_frames_side_by_side_come_out_as_each_does_alone(
    monkeypatch: pytest.MonkeyPatch, prior: DictionaryPrior, solver: Solver
) -> None:
    study = _volume()
    alone = reconstruct_kspace(study, prior, solver, residual_of=3)
    counts = _beside(monkeypatch, 3)
    together = reconstruct_kspace(study, prior, solver, residual_of=3)
    assert counts == [3, 1]
    _assert_alike(together, alone)
    assert not np.asarray(together.result.image)[1].any()
    assert alone.residual is not None
    assert together.residual is not None
    np.testing.assert_allclose(together.residual, alone.residual, atol=1e-3)


def _assert_alike(found: Frames, wanted: Frames, near: float = 1e-4) -> None:
    """Compare images, and how each frame came about."""
    for image, own in zip(np.asarray(found.result.image), np.asarray(wanted.result.image), strict=True):
        assert np.linalg.norm(image - own) <= near * np.linalg.norm(own)
    for part, own in zip(found.parts, wanted.parts, strict=True):
        assert (part.iterations, part.converged, part.used) == (own.iterations, own.converged, own.used)
        assert part.gap == pytest.approx(own.gap, rel=0.1)
    assert (found.bounds, found.sets) == (wanted.bounds, wanted.sets)
    np.testing.assert_allclose(found.starts, wanted.starts, atol=1e-6)


def test_a_bound_is_raised_for_the_frame_that_ends_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    study = replace(_volume(4), bound=0.7)
    study.samples[2] *= 0.1
    alone = reconstruct_kspace(study, small_prior(), Solver(device="cpu"))
    assert len(set(alone.bounds)) > 1
    assert len({part.iterations for part in alone.parts}) == 3
    counts = _beside(monkeypatch, 8)
    # on a bound that is far too low images differ as much after a change of the data by 3e-7
    _assert_alike(reconstruct_kspace(study, small_prior(), Solver(device="cpu")), alone, near=1e-3)
    assert counts == [3]


def test_a_run_that_was_stopped_goes_on_with_the_frames_that_lack(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    study, kept, solver = _volume(), KeptFrames(tmp_path / "out.npy", "a1"), Solver(device="cpu")
    counts = _beside(monkeypatch, 2)
    whole = reconstruct_kspace(study, small_prior(), solver, kept=kept)
    for kind in ("json", "npz"):
        (kept.folder / f"a1-2.{kind}").unlink()
    _assert_alike(reconstruct_kspace(study, small_prior(), solver, kept=kept), whole)
    assert counts == [2, 2, 1]
    assert kept.count() == 4


def test_where_memory_runs_out_fewer_frames_go_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = _beside(monkeypatch, 4)

    def short(works: Sequence[Callable[[], Frames]]) -> list[Frames]:
        counts.append(len(works))
        if len(works) > 2:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return side_by_side(works)

    monkeypatch.setattr(module, "side_by_side", short)
    done = reconstruct_kspace(_volume(), small_prior(), Solver(device="cpu", count=2))
    assert counts == [4, 2, 2]
    assert len(done.parts) == 4
    assert done.result.shortages == 1


def test_the_first_of_the_frames_side_by_side_tells_how_far_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    _beside(monkeypatch, 3)
    told: list[tuple[str, int]] = []

    def follow(words: str, _: float | None) -> Callable[[Status], None]:
        assert isinstance(words, FilePart)
        told.append((words, words.together))
        return lambda _: None

    reconstruct_kspace(_volume(), small_prior(), Solver(device="cpu", count=2), follow)
    assert sorted(told) == [
        ("frame 1 of 5", 3),
        ("frame 3 of 5", 0),
        ("frame 4 of 5", 0),
        ("frame 5 of 5", 1),
    ]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_frames_side_by_side_on_a_gpu_are_those_of_the_processor() -> None:
    study = _volume()
    there = reconstruct_kspace(study, small_prior(), Solver(device="cuda"))
    here = reconstruct_kspace(study, small_prior(), Solver(device="cpu"))
    _assert_alike(there, here, near=1e-3)
