from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from recon_cli.reporting.panels import add_scale, figure_style, rows_of_panels, show_difference


@pytest.mark.parametrize(
    "limit", [3e-6, 4e-4, 0.007, 0.033, 0.0765, 0.15, 1.0, 7.5, 68.0, 255.0, 1234.0, 5e5]
)
def test_the_numbers_of_a_scale_do_not_touch(limit: float) -> None:
    with figure_style():
        figure, axes = rows_of_panels([(144, 160)], 5)
        add_scale(axes[0, 0], show_difference(axes[0, 0], "difference", np.zeros((144, 160)), limit), "units")
        FigureCanvasAgg(figure).draw()
        labels = [label.get_window_extent() for label in figure.axes[-1].get_xticklabels()]
    assert len(labels) >= 3
    assert all(left.x1 < right.x0 for left, right in pairwise(labels))
