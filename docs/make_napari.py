"""Make the picture of napari with the widget: `python -m docs.make_napari`, with napari on a screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import napari
import numpy as np
from PIL import Image
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication
from skimage import data

PLACE = Path(__file__).parent / "pictures" / "napari" / "widget.png"
SECONDS = 600
WIDTH = 400
"""Of the widget, in pixels."""


def wait(seconds: float, until: Callable[[], bool] = lambda: False) -> None:
    """Let the viewer work for some time, or until something is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not until():
        QApplication.processEvents()
        time.sleep(0.02)


def main() -> None:
    """Denoise a preview of a photograph, and save what the viewer shows."""
    clean = data.camera()[20:340, 90:410]
    noise = 25 * np.random.default_rng(0).standard_normal(clean.shape)
    viewer = napari.Viewer()
    viewer.window.resize(1240, 700)
    viewer.add_image(np.rint((clean + noise).clip(0, 255)).astype(np.uint8), name="camera")
    dock, widget = viewer.window.add_plugin_dock_widget("patchrecon", "Denoise")
    viewer.window._qt_viewer.dockLayerControls.hide()
    wait(1)
    viewer.window._qt_window.resizeDocks([dock], [WIDTH], Qt.Orientation.Horizontal)
    wait(1)
    viewer.fit_to_view()
    wait(1)
    widget.preview.changed.emit(True)
    wait(SECONDS, lambda: bool(widget.run.enabled))
    wait(1)
    viewer.screenshot(str(PLACE), canvas_only=False, flash=False)
    with Image.open(PLACE) as shot:
        small = shot.convert("RGB").quantize(256, kmeans=3, dither=Image.Dither.NONE)
    small.save(PLACE, optimize=True)


if __name__ == "__main__":
    main()
