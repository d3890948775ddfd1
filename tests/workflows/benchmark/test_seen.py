from __future__ import annotations

import numpy as np
import pytest

from recon_cli.engine.operators.kernels import gaussian
from recon_cli.errors import ReconError
from recon_cli.files.named import Named
from recon_cli.workflows.benchmark.comparison import compare
from recon_cli.workflows.benchmark.entries import parse_entries
from recon_cli.workflows.benchmark.methods import compared_method
from recon_cli.workflows.benchmark.seen import photographs, scanned
from recon_cli.workflows.images.blurred import BlurredCamera
from recon_cli.workflows.images.inpainting import HollowCamera

from ...photograph import CLEAN

IMAGES = [Named("one", CLEAN[0, :41, :40]), Named("two", CLEAN[0, -40:, -42:])]
ANGLES = tuple(range(0, 180, 9))


def test_a_coarse_picture_leaves_out_what_makes_no_whole_pixel() -> None:
    camera = BlurredCamera(kernel=gaussian(1.0, 0.5), factor=2)
    first, *_ = photographs(IMAGES, camera, 2.0, 0.0, 2)
    assert first.clean.shape == (40, 40)
    assert first.seen.where.shape == (20, 20)


def test_each_draw_has_noise_and_holes_of_its_own_and_the_same_each_time() -> None:
    one, other, *_ = photographs(IMAGES[:1], HollowCamera(), 5.0, 0.5, 2)
    (again, _) = photographs(IMAGES[:1], HollowCamera(), 5.0, 0.5, 2)
    assert np.array_equal(one.measure().data, again.measure().data)
    assert not np.array_equal(one.seen.where, other.seen.where)
    assert one.seen.where.mean() == pytest.approx(0.5, abs=0.06)


@pytest.mark.slow
def test_methods_are_scored_on_pictures_and_slices_at_their_usual_tolerance() -> None:
    blurred = photographs(IMAGES[:1], BlurredCamera(kernel=gaussian(1.2)), 5.0, 0.0, 1)
    for simulations in (blurred, scanned(IMAGES[:1], ANGLES, 0.01, 1)):
        level = simulations[0].measure().sigma
        (entry,) = parse_entries("tv", "denoise", [], minima=True)
        usual = compared_method(entry, "denoise", level)
        best = compared_method(entry, "denoise", level, tuned=True)
        rows = compare([usual, best], simulations, {})
        assert rows[0].mean("psnr") > 20
        assert rows[1].mean("psnr") > rows[0].mean("psnr") - 0.05
        assert rows[0].mean("iterations") < 1000


def test_slices_are_compared_inside_the_disc() -> None:
    (scan,) = scanned(IMAGES[:1], ANGLES, 0.01, 1)
    assert scan.clean.shape == (41, 41)
    assert not scan.clean[0, 0]
    ones = np.ones((1, *scan.measure().shape), np.float32)
    assert np.array_equal(scan.picture(ones)[0] != 0, scan.picture(ones)[0] > 0)
    assert not scan.picture(ones)[0, 0, 0]


def test_methods_for_denoising_alone_are_refused() -> None:
    with pytest.raises(ReconError, match="has no nlm; there are model:settled, model:full, crr, tv"):
        parse_entries("tv,nlm", "denoise", [], minima=True)
    with pytest.raises(ReconError, match="has no model:unrolled"):
        parse_entries("model:unrolled", "denoise", [], minima=True)
