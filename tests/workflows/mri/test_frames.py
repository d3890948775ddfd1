from __future__ import annotations

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.executor import Executor
from recon_cli.priors import DictionaryPrior
from recon_cli.priors.footprint import Footprint
from recon_cli.solver import Solver
from recon_cli.workflows.mri.frames import check_frames, reconstruct_kspace
from recon_cli.workflows.mri.measurement import ImageModel
from recon_cli.workflows.mri.sampling import Undersampling
from recon_cli.workflows.mri.study import Study, prepare

from .acquisitions import noise, transform

FOOTPRINT = Footprint("a prior", a_pixel=100, fixed=1000, frame=9)
"""The frame is one of images that are extended, which those of k-space are not."""


def _study(image: str, coils: int) -> Study:
    samples = np.ones((2, coils, 10, 20), np.complex64)
    return Study(samples, np.ones((1, 10, 20), bool), None, 1.0, image, "centered")  # type: ignore[arg-type]


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


@pytest.mark.parametrize(
    ("image", "coils", "needed"),
    [("real", 1, 1000 + 200 * 100), ("complex", 1, 1000 + 400 * 100), ("complex", 8, 1000 + 400 * 100)],
)
def test_planes_and_coils_of_a_frame_count(image: str, coils: int, needed: int) -> None:
    study = _study(image, coils)
    enough = needed + (coils + 1) * 200 * 160
    check_frames(study, FOOTPRINT, enough, "cpu")
    with pytest.raises(
        ReconError, match=rf"a {image} frame of 10 x 20 pixels and {coils} coil.*more with --m"
    ):
        check_frames(study, FOOTPRINT, enough - 1, "cpu")


def test_every_set_of_coil_maps_has_an_image() -> None:
    study, enough = _study("complex", 8), 1000 + 2 * (400 * 100 + 9 * 200 * 160)
    check_frames(study, FOOTPRINT, enough, "cpu", sets=2)
    with pytest.raises(ReconError, match="a complex frame of 10 x 20 pixels"):
        check_frames(study, FOOTPRINT, enough - 1, "cpu", sets=2)


def test_without_a_limit_it_is_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recon_cli.workflows.memory.free_memory", lambda _: 2**12)
    with pytest.raises(ReconError, match="and 4096 bytes are free; allow more with --memory") as refused:
        check_frames(_study("real", 1), FOOTPRINT, None, "cpu")
    assert refused.value.exit_code == 2
    check_frames(_study("real", 1), FOOTPRINT, 2**20, "cpu")
