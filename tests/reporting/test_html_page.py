from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from recon_cli.engine.result import Status
from recon_cli.reporting.html_page import PageContent, html_page
from recon_cli.reporting.html_table import TableRow, html_table
from recon_cli.reporting.page_view import PageView
from recon_cli.reporting.residual_figure import certificate_figure, radial_spectrum, residual_figure
from recon_cli.reporting.solver_record import SolverRecord, Step
from recon_cli.workflows.file_workflow import FileTask

RNG = np.random.default_rng(0)
HOSTILE = "<script>alert(1)</script>'\">&.png"


def _view(channels: int = 1) -> PageView:
    image = RNG.random((40, 60) if channels == 1 else (40, 60, 3)).astype(np.float32)
    residual = RNG.standard_normal((channels, 40, 60)).astype(np.float32)
    return PageView("noisy", image, image, None, residual, True)


def _page(title: str, view: PageView | None = None) -> str:
    rows = [("input", title), (title, "value"), ("certified gap", "1.0 (--mode full proves 1e-3)")]
    fields = {"input": title, title: [title], "gap": float("nan")}
    return html_page(
        PageContent(title, rows, fields, f"recon denoise {title}", view or _view(3), {}, "change")
    )


def test_a_page_escapes_every_name_and_asks_no_network_for_anything() -> None:
    page = _page(HOSTILE)
    assert page.count("<script>") == 1
    assert "alert(1)" in page
    assert re.search(r"https?://|src='(?!data:)|href=", page) is None
    assert "default-src 'none'" in page
    assert page.count("data:image/png") == 2
    assert page.count("data:image/svg") == 1
    assert "<td>null</td>" in page
    assert "<td>1.0 (<span class='whole'>--mode</span> full proves 1e-3)</td>" in page


def test_the_same_content_gives_the_same_page() -> None:
    view = _view()
    assert _page("a.png", view) == _page("a.png", view)


def test_a_table_links_to_pages_and_results_relative_to_its_place() -> None:
    done = FileTask(Path("in/a b.npy"), Path("out/<i>.npy"), report=Path("out/#1.html"))
    failed = FileTask(Path(HOSTILE), Path("out/c.npy"), report=Path("out/c.html"))
    fields = {"gap": 0.5, "iterations": 7, "seconds": 1.0, "converged": True, "psnr": None}
    page = html_table(Path("out/table.html"), [TableRow(done, fields), TableRow(failed, {"error": HOSTILE})])
    assert "<a href='%231.html'>in/a b.npy</a>" in page
    assert "<a href='%3Ci%3E.npy'>&lt;i&gt;.npy</a>" in page
    assert page.count("<a href") == 2
    assert page.count("<script>") == 1
    assert "PSNR" not in page
    assert "2 files, of which 1 failed" in page


def test_white_noise_has_a_flat_spectrum_of_one_also_with_holes() -> None:
    noise = RNG.standard_normal((3, 128, 100)).astype(np.float32)
    noise[:, :20] = np.nan
    frequencies, power = radial_spectrum(noise)
    assert (np.diff(frequencies) > 0).all()
    assert frequencies[-1] < 0.5
    np.testing.assert_allclose(power[5:], 1, atol=0.15)
    _, smooth = radial_spectrum(np.ones((1, 64, 64), np.float32))
    assert smooth[0] > 100 * smooth[1:].max()


def test_a_residual_of_k_space_has_the_power_of_its_own_rings() -> None:
    noise = RNG.standard_normal((2, 128, 100)).astype(np.float32)
    noise[:, RNG.random((128, 100)) < 0.6] = np.nan
    noise[:, 62:67, 48:53] *= 10
    _, power = radial_spectrum(noise, of_frequencies=True)
    assert power[0] > 20
    assert power[5:].mean() == pytest.approx(1, abs=0.05)
    view = _view()._replace(residual=noise, of="k-space")
    titles = [axis.get_title() for axis in residual_figure(view).axes]
    assert titles[0] == "residual of k-space, mean of channels"
    assert "K-space minus what the result explains of it" in _page("k.npy", view)


def test_a_method_that_explains_all_data_leaves_no_residual_to_show() -> None:
    nothing = np.full((1, 4, 4), 1e-5, np.float32)
    assert not _view()._replace(residual=nothing, of="data").has_residual
    assert _view()._replace(residual=nothing, is_noise=False).has_residual


def test_the_figure_of_the_residual_names_its_unit_and_colours_in_grey() -> None:
    titles = [axis.get_title() for axis in residual_figure(_view(3)).axes]
    assert titles[0] == "residual, colours in grey"
    assert titles[1].startswith("mean ")
    figure = residual_figure(_view()._replace(is_noise=False))
    assert [axis.get_title() for axis in figure.axes][::2] == ["noisy - result", "spectrum"]
    assert figure.axes[-1].get_xlabel() == "units of the image"
    assert residual_figure(_view()).axes[-1].get_xlabel() == "standard deviations of the noise"


def test_the_certificate_is_drawn_over_the_iterations_as_it_was_reported() -> None:
    record = SolverRecord()
    told: list[int] = []
    tell = record.around(lambda words, _: lambda status: told.append(status.iteration))("tile 1", 1e-3)
    for status in (Status(1, 5.0, 0.5), Status(2, 4.0), Status(3, 3.0, 0.1, 2.0), Status(4)):
        tell(status)
    assert told == [1, 2, 3, 4]
    assert record.parts == {"tile 1": [Step(1, 0.5, None), Step(2, None, None), Step(3, 0.1, 2.0)]}
    figure = certificate_figure(record.parts, "distance")
    assert figure is not None
    assert [axis.get_title() for axis in figure.axes] == ["certified gap", "distance"]
    assert figure.axes[0].lines[0].get_xydata().tolist() == [[1, 0.5], [3, 0.1]]  # type: ignore[union-attr]
    flat = certificate_figure({"": [Step(1, 1.0, None), Step(3, 1.0, None)]}, "distance")
    assert flat is not None
    assert 0.5 < flat.axes[0].get_ylim()[0] < 1 < flat.axes[0].get_ylim()[1] < 2
    assert certificate_figure({"": [Step(1, None, None)]}, "distance") is None
