from __future__ import annotations

from pathlib import Path

import ismrmrd
import numpy as np
import pytest
from numpy.testing import assert_allclose

from recon_cli.files.kspace.read import read_kspace
from recon_cli.files.kspace.samples import KSpace
from recon_cli.workflows.mri.finishing import finished, finished_shape

from ..complex_arrays import normal
from .raw import as_matrix, bare_header, header, readout, transform, write

COILS, DEPTH, HEIGHT, WIDTH = 2, 5, 6, 16
IMAGES = normal(COILS, DEPTH, HEIGHT, WIDTH)
PLANE, VOLUME = transform(IMAGES[:, 0]), transform(IMAGES, (-3, -2, -1))
OVERSAMPLED = header((WIDTH, HEIGHT, 1), (32.0, 18.0, 5.0), (WIDTH // 2, HEIGHT, 1), (16.0, 18.0, 5.0))
PLACE = ((10.0, 20.0, 30.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (1.0, 0.0, 0.0))


def _plane(place: Path, text: str, rows: range = range(HEIGHT)) -> KSpace:
    return read_kspace(
        write(place / "k.h5", [readout(PLANE[:, row], row, where=PLACE) for row in rows], text)
    )


def _volume(place: Path, text: str, series: int = 1) -> KSpace:
    readouts = [
        readout((1 + t) * VOLUME[:, z, y], y, where=PLACE, kspace_encode_step_2=z, repetition=t)
        for t in range(series)
        for z in range(DEPTH)
        for y in range(HEIGHT)
        if (y + z) % 3
    ]
    return read_kspace(write(place / "k.h5", readouts, text))


def test_the_oversampling_of_readouts_is_taken_away(tmp_path: Path) -> None:
    read = _plane(tmp_path, OVERSAMPLED, range(1, HEIGHT))
    assert read.samples.shape == (1, COILS, HEIGHT, WIDTH // 2)
    assert_allclose(read.samples[0, :, 1:], transform(IMAGES[:, 0, :, 4:12])[:, 1:], atol=1e-6)
    assert read.mask is not None
    assert read.mask.all(-1).tolist() == [False] + [True] * (HEIGHT - 1)
    assert read.details.space is None
    assert read.voxel == (5.0, 3.0, 2.0)


def test_of_short_readouts_it_is_cut_off_the_image(tmp_path: Path) -> None:
    """An asymmetric echo: what is missing of it is unknown, and not zero."""
    short = [readout(PLANE[:, row, 4:], row, center_sample=4) for row in range(HEIGHT)]
    read = read_kspace(write(tmp_path / "k.h5", short, OVERSAMPLED))
    assert read.samples.shape == (1, COILS, HEIGHT, WIDTH)
    images = normal(1, HEIGHT, WIDTH)
    assert_allclose(finished(images, read), images[:, :, 4:12])


@pytest.mark.parametrize(
    ("recon", "field", "shape"),
    [
        ((32, 12, 1), (32.0, 18.0, 5.0), (12, 32)),
        ((8, 6, 1), (16.0, 18.0, 5.0), (6, 8)),
        ((16, 4, 1), (32.0, 12.0, 5.0), (4, 16)),
        ((24, 9, 1), (48.0, 27.0, 5.0), (9, 24)),
    ],
)
def test_images_get_the_matrix_and_the_field_that_are_wanted(
    tmp_path: Path, recon: tuple[int, int, int], field: tuple[float, float, float], shape: tuple[int, int]
) -> None:
    read = _plane(tmp_path, header((WIDTH, HEIGHT, 1), (32.0, 18.0, 5.0), recon, field))
    frames = np.ones((1, *read.samples.shape[2:]), np.float32)
    assert finished(frames, read).shape == finished_shape(read) == (1, *shape)
    assert read.voxel == (5.0, field[1] / recon[1], field[0] / recon[0])


def test_without_a_field_of_view_the_matrix_is_the_middle(tmp_path: Path) -> None:
    read = _plane(tmp_path, bare_header((WIDTH, HEIGHT, 1)))
    assert (read.voxel, read.details.affine) == (None, None)
    np.testing.assert_array_equal(read.samples[0], PLANE)


def test_readouts_with_a_second_axis(tmp_path: Path) -> None:
    place = write(
        tmp_path / "k.h5", [readout(PLANE[:, y], y) for y in range(HEIGHT)], bare_header((WIDTH, HEIGHT, 1))
    )
    np.testing.assert_array_equal(read_kspace(as_matrix(place)).samples[0], PLANE)


def test_a_volume_becomes_slices_across_its_readouts(tmp_path: Path) -> None:
    text = header((WIDTH, HEIGHT, DEPTH), (32.0, 18.0, 10.0), (WIDTH // 2, HEIGHT, DEPTH), (16.0, 18.0, 10.0))
    read = _volume(tmp_path, text, series=2)
    assert read.axes == "readout 8, repetition 2, coil 2, y 6, z 5"
    sampled = (np.arange(HEIGHT)[:, None] + np.arange(DEPTH)) % 3 > 0
    assert read.mask is not None
    np.testing.assert_array_equal(read.mask, sampled)
    columns = IMAGES[..., 4:12].transpose(3, 0, 2, 1)
    assert_allclose(read.samples[0::2], transform(columns) * sampled, atol=1e-6)
    assert_allclose(read.samples[1::2], 2 * transform(columns) * sampled, atol=1e-6)
    frames = np.stack([columns[:, 0], 2 * columns[:, 0]], 1).reshape(16, HEIGHT, DEPTH)
    volume = finished(frames, read)
    assert volume.shape == finished_shape(read) == (2 * DEPTH, HEIGHT, WIDTH // 2)
    assert_allclose(volume[0::2], IMAGES[0, :, :, 4:12], atol=1e-6)
    assert_allclose(volume[1::2], 2 * IMAGES[0, :, :, 4:12], atol=1e-6)


def test_a_volume_lies_around_its_position(tmp_path: Path) -> None:
    read = _volume(tmp_path, header((WIDTH, HEIGHT, DEPTH), (32.0, 18.0, 10.0)))
    assert read.details.affine is not None
    assert_allclose(read.details.affine @ [8, 3, 2, 1], [-10, -20, 30, 1])
    assert_allclose(read.details.affine[:3, :3], np.array([[0, 0, -2.0], [-2, 0, 0], [0, 3, 0]]))


def test_slices_are_sorted_by_position(tmp_path: Path) -> None:
    readouts = [
        readout(
            np.full((1, 4), 1 + index, np.complex64), 0, slice=index, where=((position, 0, 0), *PLACE[1:])
        )
        for index, position in enumerate((0.0, 12.0, 6.0))
    ]
    read = read_kspace(write(tmp_path / "k.h5", readouts, header((4, 1, 1))))
    assert read.samples[:, 0, 0, 0].real.tolist() == [1, 3, 2]
    assert read.details.remarks == ("slices are sorted by position, their numbers are 0, 2, 1",)
    assert read.voxel == (6.0, 18.0, 4.0)


def test_slices_that_are_no_stack_have_no_position(tmp_path: Path) -> None:
    readouts = [
        readout(np.ones((1, 4), np.complex64), 0, slice=index, where=((position, 0, 0), *PLACE[1:]))
        for index, position in enumerate((0.0, 12.0, 5.0))
    ]
    read = read_kspace(write(tmp_path / "k.h5", readouts, header((4, 1, 1))))
    assert read.details.affine is None
    assert read.details.remarks[0].startswith("by their headers the slices are no stack")


def test_noise_of_another_bandwidth(tmp_path: Path) -> None:
    noise = readout(normal(COILS, 999, seed=4), 0, ismrmrd.ACQ_IS_NOISE_MEASUREMENT)
    lines = [readout(PLANE[:, row], row) for row in range(HEIGHT)]
    for acquisition, dwell in ((noise, 8.0), *((line, 2.0) for line in lines)):
        acquisition.sample_time_us = dwell
    read = read_kspace(write(tmp_path / "k.h5", [noise, *lines], OVERSAMPLED))
    assert read.noise is not None
    assert_allclose(np.diag(read.noise).real, 4 * 2 * np.ones(COILS), rtol=0.2)
