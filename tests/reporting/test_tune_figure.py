from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from PIL import Image

from recon_cli.files.figures import write_figure
from recon_cli.reporting.tune_figure import tune_figure
from recon_cli.workflows.tune.criteria import CRITERIA

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
    assert np.allclose(star.get_offsets(), [[best.parameters.beta, best.parameters.lam]])


@pytest.mark.parametrize("count", [1, 2, 16])
def test_any_number_of_points_can_be_drawn(tmp_path: Path, count: int) -> None:
    path = tmp_path / "heat.png"
    write_figure(path, tune_figure(found(count=count), CRITERIA["psnr"], "denoise"))
    with Image.open(path) as image:
        assert image.size == (1500, 1200)
        assert len(image.convert("RGB").getcolors(2**21) or []) > 10
