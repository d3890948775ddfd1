from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recon_cli.engine.result import GAP, SETTLED, StopRule
from recon_cli.priors.prior import Used
from recon_cli.reconstruction import Reconstruction
from recon_cli.reporting.report import print_rows, report_line, report_rows
from recon_cli.workflows.file_workflow import FileDescription, FileTask

USED = Used(
    "mine", "full (admm)", {"beta": 0.05, "lam": 1.5e-4, "tol": 1e-3}, "my-model", settings={"mode": "full"}
)
DONE = Reconstruction(np.zeros((1, 6, 5)), 20, 2.5, 5e-4, True, (USED,), 1.25, "cpu", StopRule(GAP, 1e-3))
FILE = FileDescription("npy: y 6, x 5", (("input", "in.npy (npy: y 6, x 5)"), ("output", "out.nii")), {})
TASK = FileTask(Path("in.npy"), Path("out.nii"))
_MORE = "allow more with --max-iter, or a larger --tol"


def _printed(
    capsys: pytest.CaptureFixture[str], result: Reconstruction = DONE, description: FileDescription = FILE
) -> str:
    print_rows(report_rows(description, result))
    captured = capsys.readouterr()
    assert captured.out == ""
    return re.sub(r"[ \t]+", " ", captured.err)


def test_a_reconstruction_is_described_below_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert _printed(capsys).splitlines() == [
        "input in.npy (npy: y 6, x 5)",
        "output out.nii",
        "mode full (admm)",
        "model my-model, beta 0.05, lam 0.00015",
        "iterations 20",
        "objective 2.5",
        "certified gap 5.00e-04 (J is at most this far above its minimum, relative)",
        "time 1.25 s on cpu, 1 thread",
    ]


def test_what_did_not_converge_is_called_so_and_the_stop_rule_is_not_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    late = replace(DONE, converged=False, rule=StopRule("relative change of J", 1e-8))
    text = _printed(capsys, late, replace(FILE, iterations="12 to 20", unconverged="1 of 2 frames "))
    assert f"iterations 12 to 20, 1 of 2 frames NOT CONVERGED; {_MORE}\n" in text
    assert f"iterations 20, NOT CONVERGED; {_MORE}\n" in _printed(capsys, late)
    assert "relative change" not in text


def test_a_stop_rule_other_than_the_gap_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    rule = StopRule("relative change of image and codes", 1e-3)
    text = _printed(capsys, replace(DONE, rule=rule))
    assert "iterations 20, relative change of image and codes below 0.001\n" in text


def test_a_settled_image_is_told_how_to_be_proved(capsys: pytest.CaptureFixture[str]) -> None:
    text = _printed(capsys, replace(DONE, rule=StopRule(SETTLED, 0.1), distance=2.34, threads=2))
    assert "iterations 20, estimated distance from the minimum, in grey levels, below 0.1\n" in text
    assert "minimum, relative; --mode full proves 1e-3)\n" in text
    assert (
        "certified distance at most 2.3 grey levels of 255 from the exact minimum, root mean square\n" in text
    )
    assert "time 1.25 s on cpu, 2 threads\n" in text


def test_a_loose_bound_is_called_one(capsys: pytest.CaptureFixture[str]) -> None:
    used = Used("crr", "convex ridge regulariser", {"lam": 1.0}, "ridge")
    ridge = replace(DONE, used=(used,), rule=StopRule("relative change of the image", 1e-5))
    text = _printed(capsys, ridge)
    assert "method convex ridge regulariser\n" in text
    assert "iterations 20, relative change of the image below 1e-05" in text
    assert "certified gap 5.00e-04 (J is at most this far above its minimum, relative; a loose bound" in text


def test_what_the_data_do_not_show_is_not_proven(capsys: pytest.CaptureFixture[str]) -> None:
    text = _printed(capsys, replace(DONE, unseen=True))
    assert "above its minimum, relative; no detail that the data do not show is proven)\n" in text


@pytest.mark.parametrize(("gap", "proves"), [(0.98, True), (0.99, False), (1.0, False)])
def test_a_gap_near_one_proves_nothing(capsys: pytest.CaptureFixture[str], gap: float, proves: bool) -> None:
    text = _printed(capsys, replace(DONE, gap=gap, unseen=True, rule=StopRule(SETTLED, 0.1)))
    assert ("J is at most this far above its minimum" in text) == proves
    assert (
        "(nothing is proven of J, which does not make the image wrong; --mode full proves" in text
    ) != proves


def test_what_iterates_nothing_and_knows_no_strengths_has_no_rows_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bare = replace(DONE, used=(Used("zero-filling", "zero-filling"),), iterations=0, objective=None, gap=None)
    assert [line.split()[0] for line in _printed(capsys, replace(bare, rule=None)).splitlines()] == [
        "input", "output", "method", "time"
    ]  # fmt: skip


def test_many_noise_levels_tiles_and_shortages_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    used = tuple(replace(USED, sigma=float(sigma), reweighted=True) for sigma in (5, 10, 15, 20, 25))
    text = _printed(capsys, replace(DONE, used=used, objective=None, tiles=4, shortages=1))
    assert "model my-model, sigma 5, beta 0.05, lam 0.00015\n" in text
    assert text.count("my-model") == 3
    assert "and 2 more\n" in text
    assert "objective" not in text
    assert "(J of each of 4 tiles is at most this far above its minimum, relative; its penalties are" in text
    assert "memory ran out; done again with less at once\n" in text


def test_scores_come_last(capsys: pytest.CaptureFixture[str]) -> None:
    scored = replace(FILE, score_rows=(("PSNR", "31.23 dB"), ("SSIM", "0.9")))
    assert _printed(capsys, description=scored).splitlines()[-2:] == ["PSNR 31.23 dB", "SSIM 0.9"]


def test_one_file_of_many_is_a_line() -> None:
    said = "in.npy (npy: y 6, x 5) -> out.nii: "
    assert report_line(TASK, FILE, DONE) == said + "20 iterations, gap 5.00e-04, 1.25 s"
    late = replace(DONE, converged=False, shortages=1, gap=None)
    scored = replace(FILE, scores={"psnr": 31.234}, iterations="12 to 20")
    assert report_line(replace(TASK, target=None), scored, late) == (
        "in.npy (npy: y 6, x 5) -> -: 12 to 20 iterations, NOT CONVERGED, 1.25 s, "
        "memory ran out, done again with less at once, PSNR 31.23 dB"
    )
    bare = replace(DONE, used=(Used("nlm", "non-local means"),), iterations=0, gap=None)
    assert report_line(TASK, FILE, bare) == said + "nlm, 1.25 s"
