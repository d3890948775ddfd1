from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from skimage import data

from recon_cli.engine.measurement import Measurement
from recon_cli.engine.result import Callback
from recon_cli.errors import ReconError
from recon_cli.priors import DictionaryPrior, Prior, TotalVariationPrior
from recon_cli.quality.metrics import psnr
from recon_cli.reconstruction import Reconstruction, reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.denoising.pictures import denoise_picture
from recon_cli.workflows.file_workflow import Follow

from ...photograph import denoise_by

PRIOR = DictionaryPrior("sigma25-mean-free", beta=0.402, lam=0.0075)
UNROLLED = Solver("unrolled")
PLENTY = 2**30


def _enough(prior: Prior, planes: int, height: int, width: int, solver: Solver = UNROLLED) -> int:
    """Return the memory for so many pixels at sigma 25."""
    footprint = prior.prepare("denoise", 25, solver).footprint
    return footprint.bytes(planes * footprint.area(height, width))


def test_planes_of_no_noise_are_left_as_they_are() -> None:
    noisy = np.random.default_rng(0).random((3, 1, 14, 12), np.float32)
    done = denoise_picture(noisy, np.array([25.0, 0.0, 10.0]), DictionaryPrior(), UNROLLED, PLENTY)
    image = np.asarray(done.image)
    np.testing.assert_array_equal(image[1], noisy[1])
    assert (image[[0, 2]] != noisy[[0, 2]]).any((1, 2, 3)).all()
    assert [used.sigma for used in done.used] == [10, 25]


def test_a_channel_of_no_noise_is_left_as_it_is_and_boxes_may_differ() -> None:
    noisy = np.random.default_rng(0).random((2, 3, 14, 12), np.float32)
    boxes = np.array([[0.0, 1.0], [0.4, 0.6]])
    done = denoise_picture(
        noisy, np.array([[25.0, 0, 9]] * 2), DictionaryPrior(), UNROLLED, PLENTY, boxes=boxes
    )
    image = np.asarray(done.image)
    np.testing.assert_array_equal(image[:, 1], noisy[:, 1])
    assert image[0, 0].max() > 0.6
    assert np.float32(0.4) <= image[1, [0, 2]].min() <= image[1, [0, 2]].max() <= np.float32(0.6)


def _told(words: list[str]) -> Follow:
    """Collect what is told before some planes are solved."""

    def follow(said: str, _: float | None) -> Callback:
        words.append(said)
        return lambda _: None

    return follow


def test_planes_are_solved_in_groups_and_come_back_in_place() -> None:
    noisy = np.random.default_rng(0).random((3, 3, 12, 11), np.float32)
    words: list[str] = []
    done = denoise_picture(
        noisy, np.full(3, 25.0), PRIOR, UNROLLED, _enough(PRIOR, 4, 12, 11), "channels", _told(words)
    )  # fmt: skip
    assert words == ["planes 1 to 4 of 9", "planes 5 to 8 of 9", "planes 9 to 9 of 9"]
    whole = denoise_by(PRIOR, noisy.reshape(9, 12, 11), 25, UNROLLED)
    np.testing.assert_allclose(done.image.reshape(9, 12, 11), whole.image, atol=1e-5)
    assert done.objective == pytest.approx(whole.objective, rel=1e-5)
    assert done.gap == pytest.approx(whole.gap, rel=1e-4)
    assert (done.iterations, done.tiles, done.converged) == (2, 1, True)


def test_every_plane_has_its_own_noise_level() -> None:
    noisy = np.random.default_rng(0).random((3, 1, 12, 11), np.float32)
    done = denoise_picture(noisy, np.array([9.0, 3.0, 9.0]), DictionaryPrior(), UNROLLED, PLENTY)
    assert [used.sigma for used in done.used] == [3, 9]
    low, high = (used.parameters for used in done.used)
    assert low["lam"] < high["lam"]
    alone = denoise_by(DictionaryPrior(), noisy[1], 3, UNROLLED)
    np.testing.assert_allclose(done.image[1], alone.image, atol=1e-5)


def test_colours_together_beat_each_alone() -> None:
    clean = np.moveaxis(data.astronaut()[20:64, 180:224], -1, 0)[None].astype(np.float32) / 255
    noise = np.random.default_rng(1).standard_normal(clean.shape).astype(np.float32)
    noisy, sigmas = clean + np.float32(25 / 255) * noise, np.array([25.0])

    joint, alone = (
        psnr(denoise_picture(noisy, sigmas, DictionaryPrior(), UNROLLED, PLENTY, colour).image, clean)  # type: ignore[arg-type]
        for colour in ("joint", "channels")
    )
    assert joint > alone + 0.5


@pytest.mark.slow
def test_a_large_stack_is_solved_in_tiles_without_seams() -> None:
    clean = np.stack([data.camera()[100:164, :480], data.brick()[:64, :480]])[:, None].astype(np.float32)
    noise = np.random.default_rng(2).standard_normal(clean.shape).astype(np.float32)
    noisy, sigmas = (clean + 25 * noise) / 255, np.full(2, 25.0)
    words: list[str] = []
    done = denoise_picture(noisy, sigmas, PRIOR, UNROLLED, _enough(PRIOR, 1, 172, 172), follow=_told(words))
    assert words == [f"planes {k} to {k} of 2, tile {tile} of 2" for k in (1, 2) for tile in (1, 2)]
    assert (done.tiles, done.objective) == (2, None)
    whole = denoise_picture(noisy, sigmas, PRIOR, UNROLLED, PLENTY)
    difference = done.image - whole.image
    assert np.abs(difference).max() < 1e-3
    step = np.abs(np.diff(difference, axis=-1))[..., 239]  # between the last column of one tile and the next
    assert np.sqrt(np.mean(step**2)) < 1 / 2550  # a tenth of a grey level
    assert done.gap == pytest.approx(whole.gap, rel=0.2)


@pytest.mark.slow
def test_tiles_of_the_default_have_no_seams() -> None:
    clean = np.hstack([data.camera()[100:164, :240], data.brick()[:64, :240]])[None, None].astype(np.float32)
    noise = np.random.default_rng(2).standard_normal(clean.shape).astype(np.float32)
    noisy, sigmas = (clean + 25 * noise) / 255, np.full(1, 25.0)
    prior = DictionaryPrior("sigma25-reweighted")
    footprint = prior.prepare("denoise", 25, Solver()).footprint
    done = denoise_picture(noisy, sigmas, prior, Solver(), footprint.bytes(footprint.area(172, 172)))
    assert done.tiles > 1
    whole = denoise_picture(noisy, sigmas, prior, Solver(), PLENTY)
    difference = np.abs(done.image - whole.image)[0, 0]
    assert np.sqrt(np.mean(difference**2)) < 0.3 / 255
    assert difference[12:-12, 12:-12].max() < 2e-3


def _short_of_memory(monkeypatch: pytest.MonkeyPatch, pixels: int, error: Exception) -> list[int]:
    """Let the device have memory for so many pixels; returns the sizes that are tried."""
    tried = []

    def limited(measurement: Measurement, *rest: Any, **more: Any) -> Reconstruction:
        tried.append(measurement.data.numel())
        if tried[-1] > pixels:
            raise error
        return reconstruct(measurement, *rest, **more)

    monkeypatch.setattr("recon_cli.workflows.denoising.plane_solver.reconstruct", limited)
    return tried


@pytest.mark.parametrize(
    "error",
    [
        torch.cuda.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory"),
    ],
)
def test_out_of_memory_makes_groups_smaller_and_is_counted(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    noisy = np.random.default_rng(0).random((3, 3, 12, 11), np.float32)
    whole = denoise_picture(noisy, np.full(3, 25.0), PRIOR, UNROLLED, PLENTY, "channels")
    tried = _short_of_memory(monkeypatch, 3 * 12 * 11, error)
    done = denoise_picture(noisy, np.full(3, 25.0), PRIOR, UNROLLED, PLENTY, "channels")
    assert tried == [9 * 132, 4 * 132, 2 * 132, 2 * 132, 2 * 132, 2 * 132, 132]
    assert (done.shortages, whole.shortages) == (2, 0)
    np.testing.assert_allclose(done.image, whole.image, atol=1e-5)
    assert done.objective == pytest.approx(whole.objective, rel=1e-5)
    assert done.gap == pytest.approx(whole.gap, rel=1e-4)


def test_out_of_memory_makes_tiles_of_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    noisy, few = np.random.default_rng(0).random((1, 1, 260, 250), np.float32), Solver(max_iterations=15)
    whole = denoise_picture(noisy, np.full(1, 25.0), TotalVariationPrior(), few, PLENTY)
    _short_of_memory(monkeypatch, 40_000, RuntimeError("can't allocate memory"))
    done = denoise_picture(noisy, np.full(1, 25.0), TotalVariationPrior(), few, PLENTY)
    assert (done.shortages, done.tiles > 1, done.objective) == (1, True, None)
    np.testing.assert_allclose(done.image, whole.image, atol=5e-4)


def test_too_little_memory_for_anything_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    _short_of_memory(monkeypatch, 0, torch.cuda.OutOfMemoryError("CUDA out of memory"))
    noisy = np.random.default_rng(0).random((3, 1, 12, 11), np.float32)
    with pytest.raises(ReconError, match="does not suffice for the smallest tiles"):
        denoise_picture(noisy, np.full(3, 25.0), PRIOR, UNROLLED, PLENTY)


def test_other_errors_are_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = _short_of_memory(monkeypatch, 0, RuntimeError("shapes differ"))
    with pytest.raises(RuntimeError, match="shapes differ"):
        denoise_picture(np.zeros((1, 1, 12, 11), np.float32), np.full(1, 25.0), PRIOR, UNROLLED, PLENTY)
    assert len(tried) == 1


def test_any_method_denoises_pictures_in_tiles_and_colours() -> None:
    clean = np.moveaxis(data.astronaut()[20:84, :480], -1, 0)[None].astype(np.float32) / 255
    noise = np.random.default_rng(1).standard_normal(clean.shape).astype(np.float32)
    noisy, sigmas = clean + np.float32(25 / 255) * noise, np.array([25.0])
    prior = TotalVariationPrior()
    done = denoise_picture(noisy, sigmas, prior, Solver(), PLENTY)
    assert psnr(done.image, clean) > psnr(noisy, clean) + 5
    assert [used.prior for used in done.used] == ["tv", "tv"]
    assert done.gap is not None
    assert done.gap <= 1e-3
    tiled = denoise_picture(noisy, sigmas, prior, Solver(), _enough(prior, 1, 172, 172), "channels")
    assert (tiled.tiles > 1, tiled.objective) == (True, None)


def test_copies_of_planes_count_in_the_memory() -> None:
    noisy, prior = np.full((2, 3, 64, 480), 0.5, np.float32), TotalVariationPrior()
    solver, least = Solver(max_iterations=1), _enough(prior, 1, 172, 172)
    for sigmas, colour, copies in (
        ([25.0, 25.0], "channels", 0),
        ([25.0, 25.0], "joint", 2 / 3 * noisy.nbytes),
        ([25.0, 20.0], "channels", 2 * noisy.nbytes / 2),
    ):
        for spare, fits in ((0, True), (-1, False)):
            memory = least + round(copies) + spare
            if fits:
                assert denoise_picture(noisy, np.array(sigmas), prior, solver, memory, colour).tiles == 2  # type: ignore[arg-type]
                continue
            with pytest.raises(ReconError, match=r"tv takes at least .* of memory, and") as caught:
                denoise_picture(noisy, np.array(sigmas), prior, solver, memory, colour)  # type: ignore[arg-type]
            assert caught.value.exit_code == 2


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_channels_that_are_no_colours_are_solved_each_on_its_own(channels: int) -> None:
    noisy = np.random.default_rng(2).random((2, channels, 12, 11), np.float32)
    prior, solver = TotalVariationPrior(), Solver(max_iterations=20)
    joint, alone = (
        denoise_picture(noisy, np.full(2, 25.0), prior, solver, PLENTY, colour)  # type: ignore[arg-type]
        for colour in ("joint", "channels")
    )
    np.testing.assert_array_equal(joint.image, alone.image)
    assert [used.sigma for used in joint.used] == [25]
