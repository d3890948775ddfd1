from __future__ import annotations

import matplotlib
import numpy as np
import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg

from recon_cli.errors import ReconError
from recon_cli.models.dictionary import Dictionary, normalise
from recon_cli.models.penalties import Penalties
from recon_cli.models.tuned import Tuned
from recon_cli.reporting.atoms_figure import atoms_figure
from recon_cli.workflows.show_atoms import AtomsView, Sort, show_atoms

from ..helpers import normal, random_dictionary, random_images

IMAGE = random_images(1, 20, 22, dtype=torch.float32)[0].numpy()


def _view(size: int = 5, atoms: int = 40, used: bool = True, sort: Sort | None = None) -> AtomsView:
    columns = random_dictionary(size, atoms, dtype=torch.float32)
    dictionary = Dictionary(
        columns, "fixed-mean", 25.0, {("denoise", "full"): Tuned(0.4, 0.02)}, name="my $model$"
    )
    return show_atoms(dictionary, IMAGE if used else None, sort)


@pytest.mark.parametrize(("size", "atoms"), [(5, 40), (7, 3), (16, 20)])
def test_every_atom_is_printed_dot_by_dot(size: int, atoms: int) -> None:
    view = _view(size, atoms, used=False)
    figure = atoms_figure(view)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    printed = np.asarray(canvas.buffer_rgba())[..., :3]
    assert printed.shape[1] == 2148
    dots = 120 // size
    side = dots * size
    for rank, tile in enumerate(view.tiles()):
        row, column = divmod(rank, 16)
        top, left = 160 + 34 + row * (side + 46), 24 + column * 132
        grey = np.rint(127.5 + 127.5 * tile).repeat(dots, 0).repeat(dots, 1)
        square = printed[top : top + side, left : left + side]
        wrong = (square != grey[..., None]).any(2)
        if matplotlib.__version_info__ < (3, 11):  # which rounds down where dots meet
            wrong[dots - 1 :: dots] = False
        assert not wrong.any()


@pytest.mark.parametrize("sort", ["usage", "frequency"])
def test_labels_are_numbers_of_the_file_with_the_usage(sort: Sort) -> None:
    view = _view(sort=sort)
    grid = atoms_figure(view).axes[0]
    texts = [text.get_text() for text in grid.texts]
    assert texts[::2] == [str(atom + 1) for atom in view.order]
    assert sorted(map(int, texts[::2])) == list(range(1, 41))
    assert view.usage is not None
    for text, atom in zip(texts[1::2], view.order, strict=True):
        assert float(text) == pytest.approx(100 * view.usage.share[atom], abs=0.5)


@pytest.mark.parametrize("used", [True, False])
def test_penalties_are_labels_and_bars_where_they_order_the_atoms(used: bool) -> None:
    penalties = 2 * torch.rand(40, generator=torch.Generator().manual_seed(3))
    columns = random_dictionary(5, 40, dtype=torch.float32)
    dictionary = Dictionary(
        columns,
        "mean-free",
        25.0,
        {("denoise", "full"): Tuned(0.4, 0.02)},
        penalties=Penalties((25,), penalties[None]),
    )
    view = show_atoms(dictionary, IMAGE if used else None, "penalty")
    grid, _, panel = atoms_figure(view).axes[:3]
    expected = penalties.sort().values.numpy()
    labels = [float(text.get_text()) for text in grid.texts[1::2]]
    np.testing.assert_allclose(labels, expected, atol=0.005001)
    heights = [bar.get_height() for bar in panel.patches]
    assert view.usage is None or heights == list(100 * view.usage.share[view.order])
    assert used or np.allclose(heights, expected)


def test_panels_show_the_spectrum_and_the_usage_in_order() -> None:
    view = _view()
    _, spectrum, share, magnitude = atoms_figure(view).axes
    assert spectrum.get_yscale() == "log"
    np.testing.assert_array_equal(spectrum.lines[0].get_ydata(), view.singular_values)
    np.testing.assert_array_equal(spectrum.lines[0].get_xdata(), np.arange(1, 25))
    assert view.usage is not None
    for axes, values in ((share, 100 * view.usage.share), (magnitude, view.usage.magnitude)):
        heights = [bar.get_height() for bar in axes.patches]  # type: ignore[attr-defined]
        np.testing.assert_array_equal(heights, values[view.order])


def test_the_spectrum_of_a_flat_or_dependent_dictionary_stays_on_the_page() -> None:
    raw = normal(100, 8, dtype=torch.float32)
    for atoms in (raw, torch.cat([raw, raw[:, :1]], 1)):
        view = show_atoms(Dictionary(normalise(atoms), "mean-free", 25.0))
        figure = atoms_figure(view)
        low, high = figure.axes[1].get_ylim()
        assert 0 < low < max(view.singular_values[-1], 1e-8)
        assert high > view.singular_values[0]
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw(renderer)
        assert figure.axes[1].yaxis.label.get_window_extent(renderer).x0 > 0


def test_without_an_image_the_frequencies_stand_in_place_of_the_usage() -> None:
    view = _view(used=False)
    _, _, frequencies = atoms_figure(view).axes
    heights = [bar.get_height() for bar in frequencies.patches]  # type: ignore[attr-defined]
    np.testing.assert_array_equal(heights, view.frequencies[view.order])


def test_the_header_names_the_model_and_every_text_is_legible() -> None:
    figure = atoms_figure(_view())
    header = " ".join(text.get_text() for text in figure.texts)
    for word in ("my $model$", "= 25", "fixed-mean", "40 atoms of 5 × 5 pixels", "most used first"):  # noqa: RUF001
        assert word in header
    sizes = [text.get_fontsize() for text in figure.findobj(matplotlib.text.Text) if text.get_text()]  # type: ignore[attr-defined]
    assert min(sizes) >= 6.5


@pytest.mark.slow
def test_texts_do_not_overlap_each_other() -> None:
    figure = atoms_figure(_view(10, 128))
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    boxes = [text.get_window_extent(renderer) for text in [*figure.texts, *figure.axes[0].texts]]
    page = figure.bbox
    for k, box in enumerate(boxes):
        assert page.x0 <= box.x0 < box.x1 <= page.x1
        assert not any(box.overlaps(other) for other in boxes[k + 1 :])


@pytest.mark.slow
def test_the_settings_of_the_user_are_neither_used_nor_changed() -> None:
    usual = _view()
    sizes = atoms_figure(usual).axes[1].xaxis.label.get_fontsize()
    with matplotlib.rc_context({"axes.labelsize": 30, "axes.grid": True}):
        changed = atoms_figure(usual)
        assert matplotlib.rcParams["axes.labelsize"] == 30
    assert changed.axes[1].xaxis.label.get_fontsize() == sizes


@pytest.mark.parametrize(("size", "atoms", "said"), [(4, 1025, "1025 of 4 x 4"), (121, 2, "2 of 121 x 121")])
def test_atoms_that_would_be_illegible_are_refused(size: int, atoms: int, said: str) -> None:
    with pytest.raises(ReconError, match=said):
        atoms_figure(_view(size, atoms, used=False))
