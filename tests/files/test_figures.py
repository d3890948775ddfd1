from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.figure import Figure
from PIL import Image

from recon_cli.errors import ReconError
from recon_cli.files.figures import check_figure_suffix, plan_figures, write_figure


def _figure() -> Figure:
    figure = Figure(figsize=(2, 1))
    axes = figure.add_axes((0.2, 0.2, 0.7, 0.7))
    axes.imshow([[0, 1], [1, 0]])
    figure.text(0.1, 0.05, "a title")
    return figure


@pytest.mark.parametrize("suffix", [".png", ".pdf", ".svg", ".PDF"])
def test_the_same_figure_gives_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    places = [tmp_path / f"{k}{suffix}" for k in range(2)]
    for place in places:
        write_figure(place, _figure())
    first, second = (place.read_bytes() for place in places)
    assert first == second
    assert sorted(tmp_path.iterdir()) == places


def test_png_has_300_dots_an_inch(tmp_path: Path) -> None:
    write_figure(tmp_path / "a.png", _figure())
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (600, 300)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_pdf_embeds_truetype_fonts_and_no_date(tmp_path: Path) -> None:
    write_figure(tmp_path / "a.pdf", _figure())
    content = (tmp_path / "a.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"FontFile2" in content
    assert b"Type3" not in content
    assert b"CreationDate" not in content


def test_svg_keeps_text_as_text(tmp_path: Path) -> None:
    write_figure(tmp_path / "a.svg", _figure())
    content = (tmp_path / "a.svg").read_text("utf-8")
    assert ">a title</text>" in content
    assert "dc:date" not in content


@pytest.mark.parametrize("name", ["a.jpg", "a", "png"])
def test_other_suffixes_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReconError, match=r"has to end in \.png, \.pdf, \.svg") as refused:
        check_figure_suffix(tmp_path / name)
    assert refused.value.exit_code == 2
    with pytest.raises(ReconError, match="has to end in"):
        write_figure(tmp_path / name, _figure())
    assert not list(tmp_path.iterdir())


def test_figures_are_planned_beside_results_or_where_the_user_says() -> None:
    results = [Path("x/a_new.png"), Path("b.ome.tif")]
    assert plan_figures(results, None) == [None, None]
    assert plan_figures(results, ".pdf") == [Path("x/a_new_figure.pdf"), Path("b_figure.pdf")]
    assert plan_figures(results[:1], "y/z.svg") == [Path("y/z.svg")]
    assert plan_figures([None], "z.svg") == [Path("z.svg")]


@pytest.mark.parametrize(
    ("results", "figure", "said"),
    [
        ([Path("a.png"), Path("b.png")], "c.pdf", "there are 2 results and one --figure c.pdf"),
        ([None], ".pdf", "standard output has no name"),
        ([Path("a.png")], "c.gif", "has to end in"),
        ([Path("a.png")], ".gif", "has to end in"),
    ],
)
def test_a_plan_of_figures_loses_nothing(results: list[Path | None], figure: str, said: str) -> None:
    with pytest.raises(ReconError, match=said) as refused:
        plan_figures(results, figure)
    assert refused.value.exit_code == 2
