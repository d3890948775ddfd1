from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from recon_cli.reporting.comparison_figure import Panel, comparison_figure
from recon_cli.reporting.curves_figure import curves_figure
from recon_cli.workflows.benchmark.curves import Curve

CLEAN = np.random.default_rng(0).random((12, 10), np.float32)


def test_curves_show_the_distance_from_the_least_objective() -> None:
    curves = [Curve("a", (4.0, 2.0, 1.0), (20.0, 21.0, 22.0)), Curve("b", (3.0, 1.5), (19.0, 25.0))]
    (axes,) = curves_figure(curves, "title").axes
    first, second = axes.get_lines()
    np.testing.assert_allclose(first.get_xdata(), [3.0, 1.0])  # the least one has no logarithm
    np.testing.assert_allclose(first.get_ydata(), [20.0, 21.0])
    np.testing.assert_allclose(second.get_xdata(), [2.0, 0.5])
    assert axes.get_xlim()[0] > axes.get_xlim()[1]
    assert first.get_color() != second.get_color()
    assert first.get_marker() != second.get_marker()


def test_differences_share_a_scale_in_grey_levels() -> None:
    panels = [Panel("noisy", CLEAN + 0.5), Panel("tv", 0.9 * CLEAN), Panel("model", CLEAN.copy())]
    figure = comparison_figure(CLEAN, panels)
    drawn = [
        axes.images[0] for axes in figure.axes if axes.images and axes.images[0].get_cmap().name == "PuOr"
    ]
    assert len(drawn) == 3
    assert len({image.get_clim() for image in drawn}) == 1
    np.testing.assert_allclose(drawn[1].get_array(), 255 * (0.9 * CLEAN - CLEAN), atol=1e-3)
    assert drawn[0].get_clim()[1] == pytest.approx(np.quantile(25.5 * CLEAN, 0.999), rel=0.05)
    titles = [axes.get_title() for axes in figure.axes]
    assert "model\ninf dB" in titles


@pytest.mark.parametrize("shape", [(12, 10), (10, 300), (300, 10)])
def test_titles_and_words_have_room(shape: tuple[int, int]) -> None:
    clean = np.random.default_rng(0).random(shape, np.float32)
    names = ("tv", "model:full (sigma25-mean-free)", "model:early-stop (runs/of_a_folder/mine.safetensors)")
    figure = comparison_figure(clean, [Panel(name, 0.9 * clean) for name in names])
    assert max(figure.get_size_inches()) < 20
    canvas = FigureCanvasAgg(figure)
    figure.set_dpi(300)
    canvas.draw()
    titles = [axes.title.get_window_extent() for axes in figure.axes if axes.get_title()]
    assert len(titles) == 4
    for title, following in zip(titles, [*titles[1:], None], strict=True):
        assert 0 < title.x0 < title.x1 < figure.bbox.width
        assert title.y1 < figure.bbox.height
        assert following is None or title.x1 < following.x0
    words, bar = figure.axes[4].texts[0], figure.axes[-1]
    assert words.get_window_extent().y0 > bar.get_window_extent().y1
