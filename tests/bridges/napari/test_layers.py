from __future__ import annotations

from typing import Any

import numpy as np
import pytest

napari = pytest.importorskip("napari", reason="napari is not installed")
from recon_cli.bridges.napari.layers import in_view, whole  # noqa: E402 - it imports napari

STACK = np.arange(2 * 400 * 300, dtype=np.uint32).reshape(2, 400, 300)


def _seen(layer: Any, low: tuple[int, ...], high: tuple[int, ...]) -> Any:
    layer.corner_pixels = np.array([low, high])
    return layer


def test_the_whole_of_a_layer_is_its_pixels_and_its_colours() -> None:
    part = whole(napari.layers.Image(STACK))
    assert part.pixels is STACK
    assert part.channel_axis is None
    colours = np.zeros((8, 9, 3), np.uint8)
    assert whole(napari.layers.Image(colours, rgb=True)).channel_axis == -1
    pyramid = napari.layers.Image([STACK, STACK[:, ::2, ::2]], multiscale=True)
    assert whole(pyramid).pixels.shape == STACK.shape


@pytest.mark.parametrize(
    ("low", "high", "rows", "columns"),
    [
        ((0, 10, 20), (0, 109, 69), (10, 110), (20, 70)),  # what is seen is small
        ((0, 0, 0), (0, 399, 299), (72, 328), (22, 278)),  # the middle of what is seen
        ((0, 300, -50), (0, 500, 40), (300, 400), (0, 41)),  # the view reaches beyond the image
        ((0, 0, 0), (0, 0, 0), (72, 328), (22, 278)),  # nothing was drawn yet
    ],
)
def test_a_preview_is_the_middle_of_the_visible_region(
    low: tuple[int, ...], high: tuple[int, ...], rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    layer = _seen(napari.layers.Image(STACK, scale=(5, 2, 2)), low, high)
    part = in_view(layer, (5.0, 0.0, 0.0))
    assert part.start == (1, rows[0], columns[0])
    np.testing.assert_array_equal(part.pixels, STACK[1:2, slice(*rows), slice(*columns)])


def test_the_preview_of_a_pyramid_has_its_finest_pixels() -> None:
    pyramid = napari.layers.Image([STACK[0], STACK[0, ::4, ::4]], multiscale=True)
    pyramid._data_level = 1
    part = in_view(_seen(pyramid, (10, 5), (20, 15)), (0.0, 0.0))
    assert part.start == (40, 20)
    np.testing.assert_array_equal(part.pixels, STACK[0, 40:81, 20:61])


@pytest.mark.parametrize("turned", [{}, {"rotate": 30, "shear": [0.2], "affine": np.diag([2, 3, 1])}])
def test_a_result_lies_where_its_part_did_in_the_same_units(turned: dict[str, Any]) -> None:
    layer = napari.layers.Image(
        STACK[0], name="cells", scale=(0.5, 0.25), translate=(7, -3), units=("um", "um"),
        axis_labels=("y", "x"), colormap="magma", metadata={"from": "a microscope"}, **turned,
    )  # fmt: skip
    part = in_view(_seen(layer, (10, 20), (29, 49)), (0.0, 0.0))
    made = part.with_pixels(part.pixels + 1, "clean", {"recon": {"gap": 0.5}})
    np.testing.assert_array_equal(made.data, STACK[0, 10:30, 20:50] + 1)
    for pixel in ((0, 0), (19, 0), (3, 29)):
        there = tuple(np.add(pixel, part.start))
        np.testing.assert_allclose(made.data_to_world(pixel), layer.data_to_world(there), atol=1e-9)
    np.testing.assert_array_equal(made.scale, layer.scale)
    assert (made.units, made.axis_labels, made.colormap) == (layer.units, layer.axis_labels, layer.colormap)
    assert (made.name, made.metadata) == ("clean", {"recon": {"gap": 0.5}})
