from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from recon_cli.quality.metrics import psnr
from recon_cli.reporting.denoise_figure import Section, denoise_figure, picture_figure
from recon_cli.workflows.denoising.stages import BeforeAndAfter

RNG = np.random.default_rng(0)


def _images(*shape: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return a result, flat but for a rough square, and the same with noise of 10/255."""
    result = np.full(shape, 0.5, np.float32)
    result[:, 30:42, 60:72] += 0.4 * RNG.choice([-1, 1], (12, 12)).astype(np.float32)
    return result + np.float32(10 / 255) * RNG.standard_normal(shape).astype(np.float32), result


def _shown(figure: Figure) -> dict[str, NDArray[np.generic]]:
    return {axis.get_title(): axis.images[0].get_array().data for axis in figure.axes if axis.images}  # type: ignore[union-attr]


def _insets(figure: Figure) -> list[NDArray[np.generic]]:
    return [
        child.images[0].get_array().data  # type: ignore[union-attr]
        for axis in figure.axes for child in axis.child_axes
    ]  # fmt: skip


def test_noisy_image_result_and_residual_with_the_rough_place_enlarged() -> None:
    noisy, result = _images(1, 48, 100)
    figure = denoise_figure([Section(noisy, result)])
    shown = _shown(figure)
    assert list(shown)[:2] == ["noisy", "result"]
    deviation = 255 * float((noisy - result).std())
    assert list(shown)[2] == f"noisy - result, std {deviation:.3g}/255"
    np.testing.assert_allclose(list(shown.values())[2], 255 * (noisy - result)[0], atol=1e-3)
    panels = list(shown.values())
    insets = _insets(figure)
    assert len(insets) == 3
    for panel, inset in zip(panels, insets, strict=True):
        np.testing.assert_allclose(inset, panel[30:42, 60:72], atol=1e-3)


def test_images_share_their_scale() -> None:
    noisy, result = _images(1, 48, 100)
    before, after = list(_shown(denoise_figure([Section(noisy / 8, result / 8)])).values())[:2]
    assert after.min() == 0
    assert after.max() == 1
    inside = (before > 0) & (before < 1)
    slope = np.polyfit(noisy[0][inside] / 8, before[inside], 1)
    np.testing.assert_allclose(np.polyval(slope, result[0, 0, 0] / 8), after[0, 0], atol=1e-3)


def test_a_reference_is_shown_and_scores_stand_in_the_titles() -> None:
    noisy, result = _images(1, 48, 100)
    clean = result + np.float32(0.01)
    titles = list(_shown(denoise_figure([Section(noisy, result, clean, "plane 2 of 3")])))
    before, after = (f"{psnr(image, clean):.2f} dB" for image in (noisy, result))
    assert titles[:3] == [f"noisy (plane 2 of 3), {before}", f"result, {after}", "reference"]


def test_colours_stay_colours_and_their_residual_lies_about_grey() -> None:
    noisy, result = _images(3, 48, 100)
    shown = list(_shown(denoise_figure([Section(noisy, result)])).values())
    assert [panel.shape for panel in shown] == [(48, 100, 3)] * 3
    lies = np.moveaxis(noisy - result, 0, -1)
    drawn = shown[2].astype(float) - 0.5
    inside = np.abs(drawn) < 0.499
    assert np.corrcoef(drawn[inside], lies[inside])[0, 1] > 0.999
    assert np.sign(drawn[inside]) == pytest.approx(np.sign(lies[inside]))


def test_of_a_stack_three_planes_are_drawn_on_one_scale() -> None:
    planes = [np.stack([k * image for k in range(1, 6)]) for image in _images(1, 48, 100)]
    figure = picture_figure(BeforeAndAfter(planes[0], planes[1], None))
    titles = [axis.get_title() for axis in figure.axes if axis.images]
    assert titles[::3] == [f"noisy (plane {k} of 5)" for k in (1, 3, 5)]
    deviations = [float((planes[0][k] - planes[1][k]).std()) for k in (0, 2, 4)]
    assert titles[2::3] == [f"noisy - result, std {255 * each:.3g}/255" for each in deviations]
    residuals = [axis.images[0].get_clim() for axis in figure.axes if "std" in axis.get_title()]
    assert len(set(residuals)) == 1
    alone = picture_figure(BeforeAndAfter(planes[0][:1], planes[1][:1], None))
    assert next(iter(_shown(alone))) == "noisy"
    assert len(_shown(picture_figure(BeforeAndAfter(planes[0][:2], planes[1][:2], None)))) >= 4


def test_of_a_volume_the_three_sections_through_the_middle_are_drawn() -> None:
    volume = RNG.random((20, 1, 30, 40), np.float32)
    figure = picture_figure(BeforeAndAfter(volume + 1, volume, volume, is_volume=True))
    shown = [axis for axis in figure.axes if axis.images and "section" in axis.get_title()]
    assert [axis.get_title().split(",")[0] for axis in shown] == [
        f"noisy ({each} section)" for each in ("xy", "xz", "yz")
    ]
    wanted = [volume[10, 0], volume[:, 0, 15], volume[:, 0, :, 20]]
    results = [
        axis.images[0].get_array().data for axis in figure.axes if axis.get_title().startswith("result")
    ]  # type: ignore[union-attr]
    for drawn, section in zip(results, wanted, strict=True):
        assert drawn.shape == section.shape
        assert np.corrcoef(drawn.ravel(), section.ravel())[0, 1] > 0.99


def test_every_scale_has_a_unit_and_colours_are_named() -> None:
    for channels, unit in ((1, "grey levels of 255"), (3, "grey levels of 255, each colour about grey")):
        figure = denoise_figure([Section(*_images(channels, 48, 100))])
        bars = [axis for axis in figure.axes if not axis.get_title()]
        assert [axis.get_xlabel() for axis in bars] == [unit]


def test_an_input_that_is_more_than_noisy_has_its_own_name() -> None:
    planes = [image[None] for image in _images(1, 48, 100)]
    titles = list(_shown(picture_figure(BeforeAndAfter(*planes, planes[1], "input"))))
    assert titles[0].startswith("input, ")
    assert titles[-1].startswith("input - result, std ")


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.integers(1, 60), st.integers(1, 4000), st.booleans(), st.sampled_from([1, 3]))
def test_images_of_every_shape_can_be_drawn(height: int, width: int, turned: bool, channels: int) -> None:
    shape = (channels, width, height) if turned else (channels, height, width)
    flat = np.full(shape, 0.25, np.float32)
    figure = denoise_figure([Section(flat, flat)])
    FigureCanvasAgg(figure).draw()
    assert max(max(panel.shape) for panel in _shown(figure).values()) <= 2800
    width_inches, height_inches = figure.get_size_inches()
    assert max(width_inches, height_inches) < 10


def test_titles_stay_on_the_page_and_apart() -> None:
    noisy, result = _images(1, 60, 100)
    volume = RNG.random((20, 1, 64, 80), np.float32)
    for figure in (
        denoise_figure([Section(noisy, result, result + np.float32(0.01), "plane 10 of 20")]),
        picture_figure(BeforeAndAfter(volume + 1, volume, None, is_volume=True)),
    ):
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw(renderer)
        titles = [axis.title.get_window_extent(renderer) for axis in figure.axes if axis.images]
        for k, box in enumerate(titles):
            assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
            assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1
            assert not any(box.overlaps(other) for other in titles[k + 1 :])
