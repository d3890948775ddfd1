from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from PIL import Image

from recon_cli.files.figures import write_figure
from recon_cli.models.tuned import Tuned
from recon_cli.priors.one_parameter import OneParameter
from recon_cli.reporting.tune_figure import tune_figure
from recon_cli.workflows.tune.criteria import CRITERIA
from recon_cli.workflows.tune.run import SearchResult

from .found import found


@pytest.mark.parametrize("name", ["psnr", "sure"])
def test_the_best_point_is_the_brightest_and_marked(name: str) -> None:
    criterion = CRITERIA[name]
    search = found(criterion.larger)
    axes, bar = tune_figure(search, criterion, "denoise").axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("beta", "lam")
    assert bar.get_ylabel() == criterion.unit
    mesh = next(part for part in axes.collections if isinstance(part, QuadMesh))
    best = search.best
    assert mesh.norm(best.value) == (1.0 if criterion.larger else 0.0)
    assert mesh.cmap.name == ("cividis" if criterion.larger else "cividis_r")
    labels = [part.get_label() for part in axes.collections]
    assert "evaluated" in labels
    assert "given up early" in labels
    star = next(part for part in axes.collections if str(part.get_label()).startswith("best"))
    assert np.allclose(star.get_offsets(), [[best.strengths.beta, best.strengths.lam]])


def test_one_strength_is_a_curve() -> None:
    every = [
        e._replace(strengths=OneParameter("weight", 0.01 * 1.3**i)) for i, e in enumerate(found().evaluations)
    ]
    (axes,) = tune_figure(SearchResult(every[5], tuple(every), ended=True), CRITERIA["psnr"], "tv").axes
    assert (axes.get_xscale(), axes.get_xlabel(), axes.get_ylabel()) == ("log", "weight", "PSNR (dB)")
    (line,) = axes.lines
    assert np.allclose(line.get_ydata(), [e.value for e in every])
    star = next(part for part in axes.collections if str(part.get_label()).startswith("best: weight"))
    assert np.allclose(star.get_offsets(), [[0.01 * 1.3**5, 28.0]])


@pytest.mark.parametrize("count", [1, 2, 16])
def test_any_number_of_points_can_be_drawn(tmp_path: Path, count: int) -> None:
    path = tmp_path / "heat.png"
    write_figure(path, tune_figure(found(count=count), CRITERIA["psnr"], "denoise"))
    with Image.open(path) as image:
        assert image.size == (1500, 1200)
        assert len(image.convert("RGB").getcolors(2**21) or []) > 10


@pytest.mark.parametrize("ratio", [1.2, 2.0, 3.0, 10.0])
def test_labels_of_an_axis_stand_apart(ratio: float) -> None:
    every = [
        e._replace(strengths=Tuned(0.3 * ratio ** (i % 4), 2e-4 * ratio ** (i // 4)))
        for i, e in enumerate(found().evaluations)
    ]
    figure = tune_figure(SearchResult(every[5], tuple(every), ended=True), CRITERIA["psnr"], "denoise")
    FigureCanvasAgg(figure).draw()
    axes = figure.axes[0]
    for axis, low, high in ((axes.xaxis, "x0", "x1"), (axes.yaxis, "y0", "y1")):
        inside = [
            tick.label1
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
            if tick.label1.get_text()
            and axis.get_view_interval()[0] <= tick.get_loc() <= axis.get_view_interval()[1]
        ]
        boxes = sorted((text.get_window_extent() for text in inside), key=lambda box: getattr(box, low))
        assert len(boxes) >= 1
        assert all(getattr(a, high) < getattr(b, low) for a, b in itertools.pairwise(boxes))
