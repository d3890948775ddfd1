"""Raw files of scanners and simulators, made here, through the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ismrmrd
import nibabel
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from skimage.data import shepp_logan_phantom
from skimage.transform import resize

from recon_cli.engine.operators import NonUniform

from ..files.kspace.raw import header, koma_header, readout, transform, write
from ..workflows.mri.acquisitions import coil_maps
from .run import recon_here

SIDE = 48
OBJECT = np.pad(resize(shepp_logan_phantom(), (40, 32)), ((4, 4), (8, 8))).astype(np.float32)
MAPS = coil_maps(4, SIDE, SIDE)
WIDE = np.zeros((4, SIDE, 2 * SIDE), np.complex64)
"""The coils' images in the field of view of oversampled readouts."""
WIDE[:, :, SIDE // 2 : -SIDE // 2] = MAPS * OBJECT
LINES = transform(WIDE)
HEADER = header((2 * SIDE, SIDE, 1), (480.0, 240.0, 4.0), (SIDE, SIDE, 1), (240.0, 240.0, 4.0))
AXES = ((0.6, 0.8, 0.0), (0.0, 0.0, -1.0), (-0.8, 0.6, 0.0))
QUICK = ["--mode", "full", "--tol", 1.0, "--quiet", "--json"]


def _place(index: int) -> tuple[Any, ...]:
    return (tuple(np.array([5.0, -12.0, 40.0]) + 6.0 * index * np.array(AXES[2])), *AXES)


def _scan(index: int = 0, step: int = 2, factor: float = 1.0, **counters: int) -> list[ismrmrd.Acquisition]:
    rows = range(0, SIDE, step)
    lines = [row for row in rows if not SIDE // 2 - 10 <= row < SIDE // 2 + 10]
    middle = range(SIDE // 2 - 10, SIDE // 2 + 10)
    both = (ismrmrd.ACQ_IS_PARALLEL_CALIBRATION_AND_IMAGING,)
    alone = (ismrmrd.ACQ_IS_PARALLEL_CALIBRATION,)
    flagged = {row: both if row in rows else alone for row in middle} | dict.fromkeys(lines, ())
    return [
        readout(factor * LINES[:, row], row, *flags, where=_place(index), slice=index, **counters)
        for row, flags in sorted(flagged.items())
    ]


def _nrmse(image: NDArray[Any], truth: NDArray[Any]) -> float:
    """Return the error relative to the truth, after the one factor that maps leave open."""
    factor = float((image * truth).sum() / (image**2).sum())
    return float(np.linalg.norm(factor * image - truth) / np.linalg.norm(truth))


def test_an_integrated_grappa_scan_becomes_a_volume_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "scan.h5", _scan(0) + _scan(1, 3), HEADER)
    done = recon_here("mri", "scan.h5", *QUICK, "-o", "scan.nii.gz")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["axes"] == "slice 2, coil 4, y 48, x 48"
    made = nibabel.load(tmp_path / "scan.nii.gz")
    assert made.shape == (SIDE, SIDE, 2)
    assert (made.header["sform_code"], made.header["qform_code"]) == (1, 1)
    lps_to_ras = np.array([-1, -1, 1])
    for index in (0, 1):
        at = made.affine @ [SIDE // 2, SIDE // 2, index, 1]
        np.testing.assert_allclose(at[:3], lps_to_ras * _place(index)[0], atol=1e-4)
        assert _nrmse(np.asarray(made.dataobj)[:, :, index].T, OBJECT) < 0.12
    np.testing.assert_allclose(made.affine[:3, 0], 5 * lps_to_ras * AXES[0], atol=1e-5)
    np.testing.assert_allclose(made.affine[:3, 1], 5 * lps_to_ras * AXES[1], atol=1e-5)
    np.testing.assert_allclose(made.affine[:3, 2], 6 * lps_to_ras * AXES[2], atol=1e-5)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(["--max-iter", 200], id="settled"),
        pytest.param(
            ["--mode", "full", "--tol", 1e-3, "--max-iter", 2000], id="full", marks=pytest.mark.slow
        ),
    ],
)
def test_lines_without_noise_settle_and_are_certified(
    asked: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The data determine some directions ten thousand times less than others."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "scan.h5", _scan(0, 3), HEADER)
    done = recon_here("mri", "scan.h5", *asked, "-o", "image.npy", "--quiet", "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["converged"]
    assert _nrmse(abs(np.load(tmp_path / "image.npy")), OBJECT) < 0.12


@pytest.mark.slow
def test_contrasts_are_named_and_a_blank_slice_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    scans = [_scan(s, factor=(s == 0) * (1.0 + c), contrast=c) for s in (0, 1) for c in (0, 1)]
    write(tmp_path / "scan.h5", [line for scan in scans for line in scan], HEADER)
    done = recon_here("mri", "scan.h5", "--method", "zero-filling", "-o", "scan.npy", "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["frame_names"] == ["contrast 0", "contrast 1"]
    assert "of each slice: contrast 0; contrast 1" in done.stderr
    assert "warning: frames 3, 4 of 4 hold no samples; their images are zero" in done.stderr
    made = np.load(tmp_path / "scan.npy")
    assert made.shape == (2, 2, SIDE, SIDE)
    assert not made[1].any()
    np.testing.assert_allclose(made[0, 1], 2 * made[0, 0], rtol=1e-3, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("factor", [1e-30, 1e-12, 1e8, 1e30])
def test_values_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, factor: float) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "one.h5", _scan(), HEADER)
    write(tmp_path / "scan.h5", _scan(factor=factor), HEADER)
    for name in ("one", "scan"):
        done = recon_here("mri", f"{name}.h5", *QUICK, "-o", f"{name}.npy")
        assert done.exit_code == 0, done.stderr
    one, other = np.load(tmp_path / "one.npy"), np.load(tmp_path / "scan.npy")
    np.testing.assert_allclose(other / factor, one, rtol=1e-2, atol=2e-3)


@pytest.mark.slow
def test_a_volume_is_solved_across_its_readouts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    depth, width = 16, 24
    truth = np.zeros((depth, SIDE, width), np.float32)
    truth[3:13] = OBJECT[:, 12:36]
    truth[5:9, 20:30, 8:14] = 0.8
    k = transform(truth[None], (-3, -2, -1))
    readouts = [
        readout(k[:, z, y], y, where=_place(0), kspace_encode_step_2=z)
        for z in range(depth)
        for y in range(SIDE)
        if (y + z) % 2 or abs(y - SIDE // 2) < 8
    ]
    write(tmp_path / "scan.h5", readouts, header((width, SIDE, depth), (120.0, 240.0, 32.0)))
    done = recon_here("mri", "scan.h5", *QUICK, "-o", "scan.nii")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["axes"] == "readout 24, coil 1, y 48, z 16"
    made = nibabel.load(tmp_path / "scan.nii")
    assert made.shape == (width, SIDE, depth)
    assert made.header.get_zooms() == (5.0, 5.0, 2.0)
    np.testing.assert_allclose((made.affine @ [12, 24, 8, 1])[:3], [-5, 12, 40], atol=1e-4)
    assert _nrmse(np.asarray(made.dataobj).T, truth) < 0.15


def test_a_truncated_file_earns_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    whole = write(tmp_path / "scan.h5", _scan(), HEADER).read_bytes()
    (tmp_path / "scan.h5").write_bytes(whole[: len(whole) // 2])
    done = recon_here("mri", "scan.h5")
    assert done.exit_code == 1
    assert "scan.h5 is cut short" in done.stderr
    assert "copy it again" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def _radial(spokes: int) -> tuple[NDArray[np.float32], NDArray[np.complex64]]:
    """Return places and samples of the coils, `(spokes, samples)`."""
    angles = np.pi * np.arange(spokes) / spokes
    along = np.arange(2 * SIDE) / 2 - SIDE / 2
    places = np.stack([along * np.sin(angles)[:, None], along * np.cos(angles)[:, None]], -1)
    operator = NonUniform(places.reshape(-1, 2), (SIDE, SIDE))
    images = torch.from_numpy((MAPS * OBJECT).astype(np.complex64))
    samples = operator.forward(images).numpy().reshape(len(MAPS), *places.shape[:2])
    return places.astype(np.float32), samples


@pytest.mark.slow
def test_radial_readouts_with_a_trajectory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    places, samples = _radial(24)
    np.save("samples.npy", samples)
    np.save("places.npy", places)
    lines = [
        readout(samples[:, n], n, trajectory=places[n, :, ::-1] / SIDE, where=_place(0)) for n in range(24)
    ]
    write(tmp_path / "scan.h5", lines, koma_header((SIDE, SIDE, 1)))
    quick = ["--max-iter", 15, "--json", "--quiet"]
    done = recon_here("mri", "samples.npy", "--trajectory", "places.npy", *quick, "-o", "one.npy")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["axes"] == "coil 4, readout 24, sample 96"
    done = recon_here("mri", "scan.h5", *quick, "-o", "two.nii")
    assert done.exit_code == 0, done.stderr
    one, two = np.load("one.npy"), nibabel.load("two.nii")
    assert one.shape == (SIDE, SIDE)
    assert _nrmse(one, OBJECT) < 0.2
    np.testing.assert_allclose(np.asarray(two.dataobj)[:, :, 0].T, one, atol=0.02)
    np.testing.assert_allclose((two.affine @ [SIDE // 2, SIDE // 2, 0, 1])[:3], [-5, 12, 40], atol=1e-4)


@pytest.mark.parametrize(
    ("factor", "options", "sentence"),
    [
        (
            1 / SIDE,
            [],
            "as a trajectory in cycles per pixel or per millimetre does; cycles per field of view are needed",
        ),
        (2 * np.pi / SIDE, [], "as a trajectory in radians per pixel does"),
        (1, ["--mask", "radial"], "readouts with a trajectory take neither --mask nor --fft"),
    ],
)
def test_what_does_not_go_with_a_trajectory_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, factor: float, options: list[str], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    places, samples = _radial(5)
    np.save("samples.npy", samples)
    np.save("places.npy", places * np.float32(factor))
    done = recon_here("mri", "samples.npy", "--trajectory", "places.npy", *options)
    assert done.exit_code != 0
    assert sentence in " ".join(done.stderr.split())
