"""The widget as a user has it: in the viewer, by its buttons."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from skimage import data

from recon_cli import denoise

napari = pytest.importorskip("napari", reason="napari is not installed")
pytest.importorskip("pytestqt", reason="pytest-qt is not installed")
from recon_cli.bridges.napari.widget import DenoiseWidget  # noqa: E402 - it imports napari

pytestmark = pytest.mark.filterwarnings("default")  # theirs are no errors of ours
CLEAN = data.camera()[60:116, 200:248]
NOISY = np.rint((CLEAN + 25 * np.random.default_rng(1).standard_normal(CLEAN.shape)).clip(0, 255))
BYTES = NOISY.astype(np.uint8)
MOST = 120_000
"""Milliseconds that a machine with much to do may take."""
Open = Callable[..., tuple[Any, DenoiseWidget]]


@pytest.fixture
def canvas(qapp: Any) -> None:
    """What napari draws its layers with, of which a machine without a screen may have none."""
    from qtpy.QtGui import QOpenGLContext

    if not QOpenGLContext().create():
        pytest.skip(f"no OpenGL on the platform {qapp.platformName()}; on Linux xvfb-run gives it a screen")


@pytest.fixture
def opened(canvas: None, make_napari_viewer: Any) -> Open:
    """A function that opens an image and the widget, as the menu does."""

    def show(pixels: Any, sigma: str = "25", mode: str = "unrolled", **options: Any) -> Any:
        viewer = make_napari_viewer()
        viewer.add_image(pixels, name="cells", **options)
        _, widget = viewer.window.add_plugin_dock_widget("patchrecon", "Denoise")
        assert isinstance(widget, DenoiseWidget)
        widget.sigma.value, widget.mode.value = sigma, mode
        return viewer, widget

    return show


def _press(qtbot: Any, widget: DenoiseWidget, button: str = "run") -> None:
    getattr(widget, button).changed.emit(True)
    qtbot.waitUntil(lambda: widget.run.enabled, timeout=MOST)


def test_the_result_is_a_layer_with_its_place_and_its_certificate(opened: Open, qtbot: Any) -> None:
    place = {"scale": (0.5, 0.5), "translate": (3, 4), "units": ("um", "um")}
    viewer, widget = opened(BYTES, mode="settled", **place)
    assert widget.image.value is viewer.layers["cells"]
    narrowest = widget.native.minimumSizeHint().width()
    _press(qtbot, widget)
    assert widget.native.minimumSizeHint().width() == narrowest  # the text leaves the image its place
    made = viewer.layers["cells denoised"]
    wanted, report = denoise(BYTES, 25, value_range="auto", report=True)
    np.testing.assert_array_equal(made.data, wanted)
    assert made.data.dtype == np.uint8
    before = viewer.layers["cells"]
    np.testing.assert_array_equal((made.scale, made.translate), (before.scale, before.translate))
    assert made.units == before.units
    about = made.metadata["recon"]
    assert (about["gap"], about["iterations"]) == (report.gap, report.iterations)
    assert about["parameters"][0]["model"] == report.used[0].model
    json.dumps(about)
    assert f"certified gap: {report.gap:.2e}" in widget.said.value
    assert widget.image.value is before


def test_a_preview_is_of_the_visible_region_and_replaces_the_one_before(opened: Open, qtbot: Any) -> None:
    viewer, widget = opened(np.stack([BYTES, BYTES[::-1]]), sigma="auto")
    viewer.dims.set_point(0, 1)
    for _ in range(2):
        viewer.layers[0].corner_pixels = np.array([[0, 8, 4], [0, 47, 43]])
        _press(qtbot, widget, "preview")
        assert [layer.name for layer in viewer.layers] == ["cells", "cells preview"]
    made = viewer.layers["cells preview"]
    assert made.data.shape == (1, 40, 40)
    np.testing.assert_array_equal(made.translate, (1, 8, 4))
    wanted = denoise(BYTES[::-1][8:48, 4:44], "auto", value_range="auto", mode="unrolled")
    np.testing.assert_allclose(made.data[0].astype(float), wanted, atol=1)


def test_colours_are_denoised_together_by_the_model_and_the_range_that_are_named(
    opened: Open, qtbot: Any
) -> None:
    colours = data.astronaut()[20:60, 180:228]
    viewer, widget = opened(colours)
    assert viewer.layers[0].rgb
    widget.model.value, widget.value_range.value = "sigma25-mean-free", "0, 300"
    _press(qtbot, widget)
    made = viewer.layers["cells denoised"]
    options: dict[str, Any] = {"channel_axis": -1, "mode": "unrolled", "model": "sigma25-mean-free"}
    np.testing.assert_array_equal(made.data, denoise(colours, 25, value_range=(0, 300), **options))
    assert made.rgb


def test_progress_is_shown_and_cancel_leaves_the_layers_as_they_were(opened: Open, qtbot: Any) -> None:
    viewer, widget = opened(np.tile(BYTES, (4, 4)), mode="full")
    widget.run.changed.emit(True)
    assert widget.cancel.enabled
    assert not widget.run.enabled
    qtbot.waitUntil(lambda: widget.said.value.startswith("iteration"), timeout=MOST)
    _press(qtbot, widget, "cancel")
    assert [layer.name for layer in viewer.layers] == ["cells"]
    assert widget.said.value == "Cancelled."
    assert not widget.cancel.enabled
    widget.mode.value = "unrolled"
    _press(qtbot, widget)
    assert len(viewer.layers) == 2


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("sigma", "loud", "sigma has to be a positive number, auto or planes, and is 'loud'"),
        ("sigma", "-5", "sigma has to be a positive number"),
        ("value_range", "5", "value_range is two numbers, the smaller one first"),
        ("value_range", "black white", "value_range is two numbers, the smaller one first"),
    ],
)
def test_what_is_wrong_is_one_sentence_in_the_widget(
    opened: Open, qtbot: Any, field: str, text: str, said: str
) -> None:
    viewer, widget = opened(BYTES)
    getattr(widget, field).value = text
    _press(qtbot, widget)
    assert widget.said.value.startswith(said)
    assert len(viewer.layers) == 1


def test_without_an_image_it_asks_for_one(opened: Open) -> None:
    viewer, widget = opened(BYTES)
    viewer.layers.clear()
    widget.run.changed.emit(True)
    assert widget.said.value == "Open an image first."
    assert widget.run.enabled


def test_the_layers_of_the_viewer_are_the_choices(opened: Open) -> None:
    viewer, widget = opened(BYTES)
    viewer.add_labels(np.zeros((4, 4), int))
    viewer.add_image(BYTES, name="more")
    assert [layer.name for layer in widget.image.choices] == ["cells", "more"]
    assert napari.current_viewer() is viewer
