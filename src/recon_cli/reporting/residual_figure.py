"""Figures of a page: the residual with its histogram and its spectrum, and the certificate on the way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from .log_axis import label_logarithms
from .panels import figure_style, largest_difference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .page_view import PageView
    from .solver_record import Step

_BLUE, _VERMILLION = "#0072B2", "#D55E00"
_MOST_PIXELS = 700
_FREQUENCIES = 40
_MOST_CURVES = 8
_MARGIN = 1.3
_ROOM = 1.25
"""Of the histogram's axis, for the legend above."""


def residual_figure(view: PageView) -> Figure:
    """Draw the residual, its histogram and its spectrum; beside them those of white noise where it has to be.

    Args:
        view: with a residual.

    Returns:
        A figure in one row. The picture shows the mean of the channels, times the root of their number.
    """
    residual = view.residual
    assert residual is not None
    known = residual[np.isfinite(residual)]
    limit = 4.0 if view.is_noise else largest_difference(known)
    with figure_style():
        figure = Figure((9.0, 3.0), layout="constrained")
        picture, histogram, spectrum = figure.subplots(1, 3)
        step = max(1, -(-max(residual.shape[1:]) // _MOST_PIXELS))
        # the mean of colours or coils has less noise than one of them
        grey = residual.sum(0)[::step, ::step] / np.sqrt(len(residual))
        drawn = picture.imshow(grey, cmap="PuOr", vmin=-limit, vmax=limit, interpolation="nearest")
        together = (
            "" if len(residual) == 1 else ", colours in grey" if view.of == "image" else ", mean of channels"
        )
        picture.set_title(view.residual_name + together)
        picture.set_axis_off()
        figure.colorbar(drawn, ax=picture, location="bottom", label=view.unit, fraction=0.05, pad=0.03)
        edges = np.linspace(-limit, limit, 61)
        histogram.hist(known, edges, density=True, color=_BLUE, label=view.residual_name)
        if view.is_noise:
            density = np.exp(-(edges**2) / 2) / np.sqrt(2 * np.pi)
            histogram.plot(edges, density, color=_VERMILLION, label="noise of the level that was used")
            histogram.legend(fontsize=6, loc="upper right")
            histogram.set_ylim(top=_ROOM * histogram.get_ylim()[1])
        histogram.set_xlabel(view.unit)
        histogram.set_ylabel("density")
        histogram.set_title(f"mean {known.mean():.2g}, standard deviation {known.std():.3g}")
        frequencies, power = radial_spectrum(residual, of_frequencies=view.of == "k-space")
        spectrum.semilogy(frequencies, power, color=_BLUE)
        if view.is_noise:
            spectrum.axhline(1.0, color=_VERMILLION, linewidth=1)
        label_logarithms(spectrum.yaxis)
        spectrum.set_xlabel(f"frequency in cycles per {'sample' if view.of == 'data' else 'pixel'}")
        spectrum.set_ylabel("power")
        spectrum.set_title("spectrum" + (", 1 is white noise" if view.is_noise else ""))
    return figure


def radial_spectrum(
    residual: NDArray[np.float32], of_frequencies: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean power over rings of frequencies; white noise of standard deviation 1 has 1 everywhere.

    Args:
        residual: `(channels, height, width)`; what is not finite counts as 0.
        of_frequencies: whether it is one of k-space, zero frequency in the middle, and its own transform.

    Returns:
        Frequencies up to 0.5 cycles per pixel, and the power there.
    """
    known = np.isfinite(residual)
    filled = np.where(known, residual, 0).astype(np.float64)
    if of_frequencies:
        power, weight = (np.fft.ifftshift(each.sum(0)) for each in (filled**2, known.astype(np.float64)))
    else:
        power = (np.abs(np.fft.fft2(filled, norm="ortho")) ** 2).mean(0) / known.mean()
        weight = np.ones_like(power)
    rows, columns = (np.fft.fftfreq(length) for length in residual.shape[1:])
    radius = np.hypot(rows[:, None], columns[None])
    ring = np.minimum((2 * radius * _FREQUENCIES).astype(int), _FREQUENCIES)
    counts, sums = (
        np.bincount(ring.ravel(), each.ravel(), _FREQUENCIES + 1)[:_FREQUENCIES] for each in (weight, power)
    )
    there = counts > 0
    middles = (np.arange(_FREQUENCIES) + 0.5) / (2 * _FREQUENCIES)
    return middles[there], sums[there] / counts[there]


def certificate_figure(parts: Mapping[str, Sequence[Step]], rule: str) -> Figure | None:
    """Draw the certified gap, and what the stop rule looks at, over the iterations; None without any.

    Args:
        parts: steps by the words about each part of a file.
        rule: the quantity of the stop rule, in words.
    """
    gaps = {words: [(s.iteration, s.gap) for s in steps if s.gap] for words, steps in parts.items()}
    changes = {words: [(s.iteration, s.change) for s in steps if s.change] for words, steps in parts.items()}
    drawn = [
        (name, lines)
        for name, lines in (("certified gap", gaps), (rule.rstrip(","), changes))
        if any(lines.values())
    ]
    if not drawn:
        return None
    with figure_style():
        figure = Figure((4.5 * len(drawn), 2.6), layout="constrained")
        for axis, (name, lines) in zip(np.atleast_1d(figure.subplots(1, len(drawn))), drawn, strict=True):
            curves = [(words, line) for words, line in lines.items() if line][:_MOST_CURVES]
            values = [value for _, line in curves for _, value in line if math.isfinite(value)]
            if values:  # a single value, as a gap of 1, would stand in an empty decade
                axis.set_ylim(min(values) / _MARGIN, max(values) * _MARGIN)
            for words, line in curves:
                axis.semilogy(*zip(*line, strict=True), marker=".", linewidth=1, label=words or None)
            if len(parts) > 1:
                axis.legend(fontsize=6)
            axis.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=(1, 2, 5, 10)))
            label_logarithms(axis.yaxis)
            axis.set_xlabel("iteration")
            axis.set_title(name)
            axis.grid(alpha=0.3)
    return figure
