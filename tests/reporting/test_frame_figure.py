from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from recon_cli.reporting.frame_figure import Frame, frame_figure, mri_figure
from recon_cli.workflows.mri.stages import ComparedFrame

RNG = np.random.default_rng(0)
START = RNG.random((20, 30)).astype(np.float32)
RESULT = RNG.random((20, 30)).astype(np.float32)
TRUTH = 2 * RNG.random((20, 30)).astype(np.float32)
MASK = RNG.random((20, 30)) < 0.4
DATA = 50 + RNG.random((7, 30)).astype(np.float32)


def _mri(
    start: NDArray[Any], result: NDArray[Any], mask: NDArray[np.bool_], truth: NDArray[Any] | None = None
) -> Figure:
    return mri_figure([ComparedFrame(start, result, mask, truth)])


def _panels(*arguments: Any) -> dict[str, NDArray[np.generic]]:
    """Return what each panel shows, by its title."""
    figure = _mri(*arguments)
    return {axis.get_title(): axis.images[0].get_array().data for axis in figure.axes if axis.images}  # type: ignore[union-attr]


def test_without_a_reference_the_difference_is_that_to_the_zero_filled_image() -> None:
    panels = _panels(START, RESULT, MASK)
    assert list(panels) == ["zero-filled", "result", "result - zero-filled", f"mask, {MASK.mean():.0%}"]
    shown = list(panels.values())
    for panel, wanted in zip(shown, (START, RESULT, RESULT - START, MASK), strict=True):
        np.testing.assert_array_equal(panel, wanted)


def test_with_a_reference_it_is_shown_and_the_difference_is_that_to_it() -> None:
    panels = _panels(START, RESULT, MASK, TRUTH)
    assert list(panels)[2:4] == ["reference", "result - reference"]
    np.testing.assert_array_equal(panels["reference"], TRUTH)
    measured = _mri(START, RESULT, MASK, TRUTH).axes[4]
    assert measured.axison  # a white edge of the mask is seen on white
    assert not measured.get_xticks().size
    np.testing.assert_array_equal(panels["result - reference"], RESULT - TRUTH)


def test_of_complex_images_the_magnitude_is_shown() -> None:
    turned = [image * np.exp(1j * image) for image in (START, RESULT)]
    panels = _panels(*turned, MASK, TRUTH)
    np.testing.assert_allclose(panels["zero-filled"], START, rtol=1e-6)
    np.testing.assert_allclose(panels["result"], RESULT, rtol=1e-6)


@pytest.mark.parametrize("reference", [None, TRUTH])
def test_images_share_their_scale_and_the_difference_is_symmetric(
    reference: NDArray[np.float32] | None,
) -> None:
    figure = _mri(START, RESULT, MASK, reference)
    shown = [axis.images[0] for axis in figure.axes if axis.images]
    high = float((RESULT if reference is None else reference).max())
    for image in shown[:-2]:
        assert image.get_clim() == (0, pytest.approx(high))
    low, up = shown[-2].get_clim()
    assert low == -up < 0
    difference = RESULT - (START if reference is None else reference)
    assert 0.8 * np.abs(difference).max() < up <= np.abs(difference).max()


@pytest.mark.parametrize("image", [RESULT, np.zeros((20, 30), np.float32)])
def test_images_without_any_difference_or_light_have_a_scale_and_are_drawn(
    image: NDArray[np.float32],
) -> None:
    figure = _mri(image, image, MASK)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    *shown, difference, _ = [axis for axis in figure.axes if axis.images]
    for axis in (*shown, difference):
        low, high = axis.images[0].get_clim()
        assert np.isfinite((low, high)).all()
        assert low < high
    low, high = difference.images[0].get_clim()
    assert low == -high
    box = difference.get_window_extent()
    drawn = np.asarray(canvas.buffer_rgba())[::-1]
    pixels = drawn[int(box.y0) + 3 : int(box.y1) - 3, int(box.x0) + 3 : int(box.x1) - 3, :3]
    middle = difference.images[0].to_rgba(np.zeros((1, 1)), bytes=True)[0, 0, :3]
    assert (pixels == middle).all()


@pytest.mark.parametrize("shape", [(20, 30), (60, 20)])
def test_titles_stay_on_the_page_and_apart(shape: tuple[int, int]) -> None:
    image = np.ones(shape, np.float32)
    figure = _mri(image, image, np.ones(shape, bool), image)
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    titles = [axis.title.get_window_extent(renderer) for axis in figure.axes if axis.images]
    assert len(titles) == 5
    page = figure.bbox
    for k, box in enumerate(titles):
        assert page.x0 <= box.x0 < box.x1 <= page.x1
        assert page.y0 <= box.y0 < box.y1 <= page.y1 + 2
        assert not any(box.overlaps(other) for other in titles[k + 1 :])


def test_the_settings_of_the_user_are_not_changed() -> None:
    with matplotlib.rc_context({"font.size": 31}):
        figure = _mri(START, RESULT, MASK)
        assert matplotlib.rcParams["font.size"] == 31
    assert figure.axes[0].title.get_fontsize() < 15


def test_what_was_measured_has_a_scale_of_its_own() -> None:
    figure = frame_figure("backprojection", [Frame(START, RESULT, ("sinogram", DATA), TRUTH)])
    shown = {axis.get_title(): axis.images[0] for axis in figure.axes if axis.images}
    assert list(shown) == ["backprojection", "result", "reference", "result - reference", "sinogram"]
    assert shown["sinogram"].get_clim() == (DATA.min(), DATA.max())
    assert shown["result"].get_clim() == shown["backprojection"].get_clim() == (0, TRUTH.max())


def test_data_that_cannot_be_drawn_are_left_out() -> None:
    figure = frame_figure("first image", [Frame(START, RESULT)])
    titles = [axis.get_title() for axis in figure.axes if axis.images]
    assert titles == ["first image", "result", "result - first image"]


def test_of_several_frames_each_is_named_and_all_share_their_scales() -> None:
    frames = [Frame(START, (k + 1) * RESULT, ("data", DATA), name=f"frame {k + 1} of 3") for k in range(3)]
    figure = frame_figure("first image", frames)
    shown = [axis for axis in figure.axes if axis.images]
    assert [axis.get_title() for axis in shown[:8:4]] == [f"frame {k} of 3\nfirst image" for k in (1, 2)]
    assert len(shown) == 12
    for axis in (shown[k] for k in (0, 1, 4, 5, 8, 9)):
        assert axis.images[0].get_clim() == (0, pytest.approx(3 * RESULT.max()))
    limits = {axis.images[0].get_clim() for axis in shown[2::4]}
    assert len(limits) == 1
    np.testing.assert_array_equal(shown[9].images[0].get_array(), 3 * RESULT)
