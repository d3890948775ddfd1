from __future__ import annotations

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from recon_cli.workflows.mri.options import MriOptions

from recon_cli.files.references import Reference
from recon_cli.reporting.mri_figure import middle_frame, mri_figure
from recon_cli.workflows.mri.study import Study

RNG = np.random.default_rng(0)
START = RNG.random((20, 30)).astype(np.float32)
RESULT = RNG.random((20, 30)).astype(np.float32)
TRUTH = 2 * RNG.random((20, 30)).astype(np.float32)
MASK = RNG.random((20, 30)) < 0.4


def _panels(*arguments: NDArray[np.generic] | None) -> dict[str, NDArray[np.generic]]:
    """Return what each panel shows, by its title."""
    return _shown(mri_figure(*arguments))  # type: ignore[arg-type]


def _shown(figure: Figure) -> dict[str, NDArray[np.generic]]:
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
    figure = mri_figure(START, RESULT, MASK, reference)
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
    figure = mri_figure(image, image, MASK)
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
    figure = mri_figure(image, image, np.ones(shape, bool), image)
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
        figure = mri_figure(START, RESULT, MASK)
        assert matplotlib.rcParams["font.size"] == 31
    assert figure.axes[0].title.get_fontsize() < 15


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("whole", [True, False, None])
def test_of_a_study_the_middle_frame_is_drawn(centred: bool, whole: bool | None) -> None:
    """With the low frequencies of the mask in the middle, and as far as the reference reaches."""
    frames = np.stack([k + START for k in range(3)])
    masks = np.stack([np.roll(MASK, k, 0) for k in range(3)])
    options = MriOptions(fft="centered" if centred else "uncentered")
    study = Study(frames[:, None].astype(np.complex64), masks, None, 1.0, options)
    part = slice(None) if whole else slice(5, 15)
    truth = np.stack([TRUTH + k for k in range(3)])[:, part]
    reference = None if whole is None else Reference(truth, float(truth.max()))
    panels = _shown(middle_frame(study, 2 * frames, frames, reference))
    mask = panels[f"mask, {MASK.mean():.0%}"]
    np.testing.assert_array_equal(mask, masks[1] if centred else np.fft.fftshift(masks[1]))
    cut = slice(None) if whole is None else part
    np.testing.assert_array_equal(panels["zero-filled"], frames[1, cut])
    np.testing.assert_array_equal(panels["result"], 2 * frames[1, cut])
    if reference is not None:
        np.testing.assert_array_equal(panels["reference"], truth[1])
