from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recon_cli.engine.result import StopRule
from recon_cli.files.kspace.samples import KSpace
from recon_cli.priors.prior import Used
from recon_cli.quality.scores import Scores
from recon_cli.reconstruction import Reconstruction
from recon_cli.workflows.file_workflow import FileDescription, FileTask
from recon_cli.workflows.mri.descriptions import describe_kspace
from recon_cli.workflows.mri.stages import LoadedKSpace, ReconstructedKSpace
from recon_cli.workflows.mri.study import Study

FULL = np.ones((1, 6, 5), bool)
TASK = FileTask(Path("in.npy"), Path("out.nii"))
USED = Used("model", "full (admm)", {"beta": 0.05, "lam": 1.5e-4, "tol": 1e-3}, "my-model", reweighted=True)


def _samples(frames: int = 1, coils: int = 1) -> NDArray[np.complex64]:
    return np.ones((frames, coils, 6, 5), np.complex64)


def _described(
    samples: NDArray[np.complex64],
    masks: NDArray[np.bool_] = FULL,
    counts: tuple[int, ...] = (20,),
    scores: tuple[Scores, Scores] | None = None,
    sets: tuple[int, ...] = (1,),
    **changed: object,
) -> FileDescription:
    study = replace(Study(samples, masks, None, 0.25, "real", "centered"), **changed)  # type: ignore[arg-type]
    images = np.zeros((len(samples), 6, 5), np.float32)
    result = Reconstruction(
        images, max(counts), 2.5, 5e-4, True, (USED,), 1.25, "cpu", StopRule("relative change of J", 1e-8)
    )
    measured = KSpace(samples, None, None, (), "y 6, x 5", "npy", None)
    loaded = LoadedKSpace(measured, study, None)
    frames = tuple(replace(result, iterations=count, converged=count < 40) for count in counts)
    return describe_kspace(
        TASK, ReconstructedKSpace(loaded, result, frames, (1.0,), images, images, scores, sets)
    )


def _text(described: FileDescription) -> str:
    return "\n".join(f"{name} {value}" for name, value in (*described.rows, *described.score_rows))


@pytest.mark.parametrize(("sets", "of"), [((2,), ""), ((1, 2, 1), " for 1 of 3 frames")])
def test_two_sets_of_coil_maps_are_said(sets: tuple[int, ...], of: str) -> None:
    described = _described(_samples(len(sets)), sets=sets)
    assert dict(described.rows)["coil maps"] == (
        f"two sets{of}, as the field of view is too small; the image is their root sum of squares"
    )
    assert described.fields["map_sets"] == 2
    assert "coil maps" not in dict(_described(_samples()).rows)


def test_a_single_frame_is_described() -> None:
    masks = np.arange(30).reshape(1, 6, 5) % 3 == 0
    described = _described(_samples(), masks)
    assert described.rows == (
        ("input", "in.npy (npy: y 6, x 5)"),
        ("sampling", "33.3% of k-space, centred FFT, one coil"),
        ("output", "out.nii (1 frame)"),
        ("noise", "unknown"),
        ("image", "real, k-space scaled by 0.25, undone in the result"),
    )
    assert (described.score_rows, described.scores) == ((), {})
    assert (described.iterations, described.unconverged) == ("20", "")
    assert described.fields == {
        "layout": "npy", "axes": "y 6, x 5", "frames": 1, "coils": 1, "sampled": pytest.approx(1 / 3),
        "fft": "centered", "image": "real", "scale": 0.25, "model": "my-model", "reweighted": True,
        "noise": None,
        "noise_source": None,
        "bound": 4.0,
        "map_sets": 1,
        "beta": 0.05, "lam": 1.5e-4, "tol": 1e-3, "stop_rule": "relative change of J", "warnings": [],
    }  # fmt: skip


def test_several_frames_give_spans() -> None:
    masks = np.ones((2, 6, 5), bool)
    masks[0, :3] = False
    described = _described(_samples(2), masks, (20, 45))
    assert "50.0% to 100.0% of k-space" in _text(described)
    assert "(2 frames)" in _text(described)
    assert (described.iterations, described.unconverged) == ("20 to 45", "1 of 2 frames ")
    assert (described.fields["frames"], described.fields["sampled"]) == (2, 0.75)


@pytest.mark.parametrize(
    ("maps", "words"),
    [("auto", "4 coils, maps auto"), (np.ones((4, 6, 5), np.complex64), "4 coils, maps given")],
)
def test_coils_and_their_maps_are_named(maps: object, words: str) -> None:
    assert words in _text(_described(_samples(1, 4), maps=maps))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"fft": "uncentered"}, "uncentred FFT"),
        ({"fft": "shifted"}, "shifted FFT"),
        ({"image": "complex"}, "complex, k-space scaled"),
    ],
)
def test_options_are_named(changed: dict[str, object], words: str) -> None:
    assert words in _text(_described(_samples(), **changed))


def test_scores_stand_beside_those_of_zero_filling() -> None:
    described = _described(_samples(), scores=(Scores(31.234, 0.91234, 0.0512), Scores(25.1, 0.7, 0.1)))
    assert described.score_rows == (
        ("PSNR", "31.23 dB (zero-filled 25.10 dB)"),
        ("SSIM", "0.9123 (zero-filled 0.7000; 7x7)"),
        ("NRMSE", "0.0512 (zero-filled 0.1000)"),
    )
    assert described.scores == {
        "psnr": 31.234, "ssim": 0.91234, "nrmse": 0.0512,
        "psnr_zero_filled": 25.1, "ssim_zero_filled": 0.7, "nrmse_zero_filled": 0.1,
    }  # fmt: skip
