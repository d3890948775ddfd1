from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from recon_cli.workflows.mri.methods.method import MriMethod
from recon_cli.workflows.mri.methods.model import PatchModel
from recon_cli.workflows.mri.methods.ridge import ConvexRidge
from recon_cli.workflows.mri.options import MriOptions
from recon_cli.workflows.mri.reconstruct import Reconstructed

from recon_cli.engine.priors.dictionary.codes import Codes
from recon_cli.engine.priors.dictionary.solution import PatchSolution
from recon_cli.files.kspace.samples import KSpace
from recon_cli.models.dictionary import Dictionary
from recon_cli.models.tuned import Tuned
from recon_cli.quality.scores import Scores
from recon_cli.reporting.mri_report import print_mri_report
from recon_cli.workflows.mri.study import Study

from ..helpers import smoothed_variation

METHOD: MriMethod = PatchModel(Dictionary(torch.eye(16), "mean-free", 25, name="my-model"))


def _frame(iterations: int = 20, gap: float = 5e-4, converged: bool = True) -> Reconstructed:
    image = np.zeros((6, 5), np.float32)
    result = PatchSolution(
        torch.zeros(1, 6, 5), iterations, 2.5, gap, converged, (), Codes(torch.zeros(1, 1))
    )
    return Reconstructed(image, image, result, Tuned(0.05, 1.5e-4, 1e-3), 1.25, "cpu")


def _study(samples: NDArray[np.complex64], masks: NDArray[np.bool_], **changed: object) -> Study:
    study = Study(samples, masks, None, 0.25, MriOptions())
    return replace(study, **changed)  # type: ignore[arg-type]


def _samples(frames: int = 1, coils: int = 1) -> NDArray[np.complex64]:
    return np.ones((frames, coils, 6, 5), np.complex64)


def _printed(
    capsys: pytest.CaptureFixture[str],
    study: Study,
    frames: list[Reconstructed],
    scores: tuple[Scores, Scores] | None = None,
    method: MriMethod = METHOD,
) -> str:
    measured = KSpace(study.samples, None, None, (), "y 6, x 5", "npy", None)
    print_mri_report(Path("in.npy"), Path("out.nii"), measured, study, method, frames, scores)
    captured = capsys.readouterr()
    assert captured.out == ""
    return re.sub(r"\s+", " ", captured.err)


def test_a_single_frame_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    masks = np.arange(30).reshape(1, 6, 5) % 3 == 0
    text = _printed(capsys, _study(_samples(), masks), [_frame()])
    for words in (
        "in.npy (npy: y 6, x 5)",
        "33.3% of k-space, centred FFT, one coil",
        "out.nii (1 frame)",
        "real, k-space scaled by 0.25, undone in the result",
        "full (admm)",
        "my-model, beta 0.05, lam 0.00015",
        "iterations 20 ",
        "objective 2.5",
        "certified gap 5.00e-04",
        "1.25 s on cpu",
    ):
        assert words in text
    for words in ("NOT CONVERGED", "PSNR"):
        assert words not in text


def test_several_frames_give_spans_the_largest_gap_and_sums(capsys: pytest.CaptureFixture[str]) -> None:
    masks = np.ones((2, 6, 5), bool)
    masks[0, :3] = False
    frames = [_frame(), _frame(45, 3e-2, False)]
    text = _printed(capsys, _study(_samples(2), masks), frames)
    for words in (
        "50.0% to 100.0% of k-space",
        "(2 frames)",
        "20 to 45, 1 frames NOT CONVERGED",
        "objective 5",
        "certified gap 3.00e-02",
        "2.50 s",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("maps", "words"),
    [("auto", "4 coils, maps auto"), (np.ones((4, 6, 5), np.complex64), "4 coils, maps given")],
)
def test_coils_and_their_maps_are_named(capsys: pytest.CaptureFixture[str], maps: object, words: str) -> None:
    study = _study(_samples(1, 4), np.ones((1, 6, 5), bool), maps=maps)
    assert words in _printed(capsys, study, [_frame()])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (MriOptions(solver="ipalm"), "full (ipalm)"),
        (MriOptions("early-stop"), "early-stop (coordinate descent, exact)"),
        (MriOptions("early-stop"), "iterations 20, relative change below 0.001"),
        (MriOptions("unrolled", inner="fista"), "unrolled (coordinate descent, fista)"),
        (MriOptions(fft="uncentered"), "uncentred FFT"),
        (MriOptions(fft="shifted"), "shifted FFT"),
        (MriOptions(image="complex"), "complex, k-space scaled"),
    ],
)
def test_options_are_named(capsys: pytest.CaptureFixture[str], options: MriOptions, words: str) -> None:
    assert words in _printed(
        capsys, _study(_samples(), np.ones((1, 6, 5), bool), options=options), [_frame()]
    )


def test_a_loose_bound_is_called_one_and_the_stop_rule_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    method, study = ConvexRidge(smoothed_variation()), _study(_samples(), np.ones((1, 6, 5), bool))
    text = _printed(capsys, study, [_frame()], method=method)
    assert "iterations 20, relative change of the image below 1e-05" in text
    assert "certified gap 5.00e-04 (J is at most this far above its minimum, relative; a loose bound" in text
    late = _printed(capsys, study, [_frame(converged=False)], method=method)
    assert "relative change of" not in late
    assert "NOT CONVERGED" in late


def test_scores_stand_beside_those_of_zero_filling(capsys: pytest.CaptureFixture[str]) -> None:
    scores = Scores(31.234, 0.91234, 0.0512), Scores(25.1, 0.7, 0.1)
    text = _printed(capsys, _study(_samples(), np.ones((1, 6, 5), bool)), [_frame()], scores)
    assert "PSNR 31.23 dB (zero-filled 25.10 dB)" in text
    assert "SSIM 0.9123 (zero-filled 0.7000; 7x7)" in text
    assert "NRMSE 0.0512 (zero-filled 0.1000)" in text
