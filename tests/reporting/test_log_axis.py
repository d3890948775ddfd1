from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from recon_cli.reporting.log_axis import label_logarithms


def _labels(low: float, high: float) -> list[str]:
    axes = Figure().subplots()
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    label_logarithms(axes.yaxis, math.log10(high / low))
    axes.figure.draw_without_rendering()
    shown = zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
    return [label.get_text() for place, label in shown if low <= place <= high]


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.46, 1.2, ["0.5", "0.7", "1"]),
        (0.03, 1.5, ["0.05", "0.1", "0.2", "0.5", "1"]),
        (1e-4, 2, [f"$\\mathdefault{{10^{{{n}}}}}$" for n in (-4, -3, -2, -1, 0)]),
    ],
)
def test_few_decades_are_labelled_in_figures_and_many_by_their_power(
    low: float, high: float, labels: list[str]
) -> None:
    assert _labels(low, high) == labels


@given(st.floats(-4, 3))
@settings(deadline=None)
def test_a_range_as_narrow_as_around_one_value_has_a_label(exponent: float) -> None:
    low = 10**exponent
    assert _labels(low, 1.3**2 * low)
