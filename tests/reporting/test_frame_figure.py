from __future__ import annotations

import numpy as np

from recon_cli.reporting.frame_figure import frame_figure

RNG = np.random.default_rng(0)
START, RESULT, TRUTH = RNG.random((3, 20, 30)).astype(np.float32)
DATA = 50 + RNG.random((7, 30)).astype(np.float32)


def test_what_was_measured_has_a_scale_of_its_own() -> None:
    figure = frame_figure(("backprojection", START), RESULT, ("sinogram", DATA), TRUTH)
    shown = {axis.get_title(): axis.images[0] for axis in figure.axes if axis.images}
    assert list(shown) == ["backprojection", "result", "reference", "result - reference", "sinogram"]
    assert shown["sinogram"].get_clim() == (DATA.min(), DATA.max())
    assert shown["result"].get_clim() == shown["backprojection"].get_clim() == (0, TRUTH.max())


def test_data_that_cannot_be_drawn_are_left_out() -> None:
    figure = frame_figure(("first image", START), RESULT)
    titles = [axis.get_title() for axis in figure.axes if axis.images]
    assert titles == ["first image", "result", "result - first image"]
