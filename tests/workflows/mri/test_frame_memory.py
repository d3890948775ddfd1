from __future__ import annotations

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.priors import Prior, TotalVariationPrior
from recon_cli.priors.footprint import Footprint
from recon_cli.solver import Solver
from recon_cli.workflows.mri import frame_memory
from recon_cli.workflows.mri.frame_memory import check_frames, frames_beside
from recon_cli.workflows.mri.study import Study

from .acquisitions import coil_maps, noise, small_prior

FOOTPRINT = Footprint("a prior", a_pixel=100, fixed=1000, frame=9)
"""The frame is one of images that are extended, which those of k-space are not."""


def _study(image: str, coils: int) -> Study:
    samples = np.ones((2, coils, 10, 20), np.complex64)
    return Study(samples, np.ones((1, 10, 20), bool), None, 1.0, image, "centered")  # type: ignore[arg-type]


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


@pytest.fixture
def _six(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(frame_memory.MOST, "cpu", 6)


def _sampled(frames: int = 9, image: str = "complex", coils: int = 2) -> Study:
    samples = noise(frames, coils, 16, 16, level=1.0).astype(np.complex64)
    maps = coil_maps(coils, 16, 16) if coils > 1 else None
    return Study(samples, np.ones((1, 16, 16), bool), maps, 1.0, image, "centered")  # type: ignore[arg-type]


def test_on_a_cpu_frames_are_solved_one_by_one() -> None:
    assert frames_beside(_sampled(), range(9), small_prior(), Solver(device="cpu"), None) == 1


@pytest.mark.usefixtures("_six")
def test_as_many_frames_go_side_by_side_as_the_memory_allows() -> None:
    study, solver = _sampled(), Solver(device="cpu")

    def count(memory: int | None, frames: int = 9) -> int:
        return frames_beside(study, range(frames), small_prior(), solver, memory)

    assert count(2**40) == 6
    assert count(2**40, frames=3) == 3
    assert count(1) == 1
    footprint = small_prior().prepare("mri", None, solver).footprint
    one = footprint.bytes(2 * 256) + 3 * 256 * 160 + 160 * 2 * 256
    assert [count(4 * one - 1), count(4 * one)] == [3, 4]


@pytest.mark.usefixtures("_six")
def test_without_a_limit_half_of_what_is_free_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    study, solver = _sampled(), Solver(device="cpu")
    enough = next(n for n in range(20, 40) if frames_beside(study, range(9), small_prior(), solver, 2**n) > 1)
    monkeypatch.setattr(frame_memory, "free_memory", lambda _: 2 ** (enough + 1))
    given = frames_beside(study, range(9), small_prior(), solver, 2**enough)
    assert frames_beside(study, range(9), small_prior(), solver, None) == given


@pytest.mark.usefixtures("_six")
@pytest.mark.parametrize(
    ("prior", "solver", "image", "coils"),
    [
        (TotalVariationPrior(), Solver(device="cpu"), "complex", 2),
        (small_prior(), Solver("early-stop", device="cpu"), "complex", 2),
        (small_prior(), Solver("full", algorithm="ipalm", device="cpu"), "complex", 2),
        (small_prior(), Solver(device="cpu"), "real", 1),
    ],
)
def test_where_solvers_have_no_systems_to_share_frames_go_one_by_one(
    prior: Prior, solver: Solver, image: str, coils: int
) -> None:
    assert frames_beside(_sampled(image=image, coils=coils), range(9), prior, solver, 2**40) == 1
