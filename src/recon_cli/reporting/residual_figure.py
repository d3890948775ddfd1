"""Figures of a page: the residual with its histogram and its spectrum, and the certificate on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from .panels import figure_style, largest_difference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .page_view import PageView
    from .solver_record import Step

_BLUE, _VERMILLION = "#0072B2", "#D55E00"
_MOST_PIXELS = 700
_FREQUENCIES = 40
_MOST_CURVES = 8


def residual_figure(view: PageView) -> Figure:
    """Draw the residual, its histogram and its spectrum; beside them those of white noise where it has to be.

    Args:
        view: with a residual.

    Returns:
        A figure in one row. Of colours the picture shows the mean of the channels.
    """
    residual = view.residual
    assert residual is not None
    known = residual[np.isfinite(residual)]
    limit = 4.0 if view.is_noise else largest_difference(known)
    with figure_style():
        figure = Figure((9.0, 2.9), layout="constrained")
        picture, histogram, spectrum = figure.subplots(1, 3)
        step = max(1, -(-max(residual.shape[1:]) // _MOST_PIXELS))
        # of colours in grey: their mean has less noise than one of them
        grey = residual.sum(0)[::step, ::step] / np.sqrt(len(residual))
        drawn = picture.imshow(grey, cmap="PuOr", vmin=-limit, vmax=limit, interpolation="nearest")
        picture.set_title(view.residual_name + (", colours in grey" if len(residual) > 1 else ""))
        picture.set_axis_off()
        figure.colorbar(drawn, ax=picture, location="bottom", label=view.unit)
        edges = np.linspace(-limit, limit, 61)
        histogram.hist(known, edges, density=True, color=_BLUE, label=view.residual_name)
        if view.is_noise:
            density = np.exp(-(edges**2) / 2) / np.sqrt(2 * np.pi)
            histogram.plot(edges, density, color=_VERMILLION, label="noise of the level that was used")
            histogram.legend(fontsize=6, loc="upper right")
        histogram.set_xlabel(view.unit)
        histogram.set_ylabel("density")
        histogram.set_title(f"mean {known.mean():.2g}, standard deviation {known.std():.3g}")
        frequencies, power = radial_spectrum(residual)
        spectrum.semilogy(frequencies, power, color=_BLUE)
        if view.is_noise:
            spectrum.axhline(1.0, color=_VERMILLION, linewidth=1)
        spectrum.set_xlabel("frequency in cycles per pixel")
        spectrum.set_ylabel("power")
        spectrum.set_title("spectrum" + (", 1 is white noise" if view.is_noise else ""))
    return figure


def radial_spectrum(residual: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean power over rings of frequencies; white noise of standard deviation 1 has 1 everywhere.

    Args:
        residual: `(channels, height, width)`; what is not finite counts as 0.

    Returns:
        Frequencies up to 0.5 cycles per pixel, and the power there.
    """
    filled = np.nan_to_num(residual.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    share = float(np.isfinite(residual).mean())
    power = (np.abs(np.fft.fft2(filled, norm="ortho")) ** 2).mean(0) / share
    rows, columns = (np.fft.fftfreq(length) for length in residual.shape[1:])
    radius = np.hypot(rows[:, None], columns[None])
    ring = np.minimum((2 * radius * _FREQUENCIES).astype(int), _FREQUENCIES)
    counts = np.bincount(ring.ravel(), minlength=_FREQUENCIES + 1)[:_FREQUENCIES]
    sums = np.bincount(ring.ravel(), power.ravel(), _FREQUENCIES + 1)[:_FREQUENCIES]
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
        (name, lines) for name, lines in (("certified gap", gaps), (rule, changes)) if any(lines.values())
    ]
    if not drawn:
        return None
    with figure_style():
        figure = Figure((4.5 * len(drawn), 2.6), layout="constrained")
        for axis, (name, lines) in zip(np.atleast_1d(figure.subplots(1, len(drawn))), drawn, strict=True):
            for words, line in list(lines.items())[:_MOST_CURVES]:
                if line:
                    axis.semilogy(*zip(*line, strict=True), marker=".", linewidth=1, label=words or None)
            if len(parts) > 1:
                axis.legend(fontsize=6)
            axis.set_xlabel("iteration")
            axis.set_title(name)
            axis.grid(alpha=0.3)
    return figure
