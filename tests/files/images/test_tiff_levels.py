"""Levels of lower resolution, looked at with tifffile: made again from the result, where they were."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recon_cli.errors import ReconError
from recon_cli.files.images import Picture, read_picture
from recon_cli.files.images.write import encode_picture


def _random(*shape: int, dtype: str = "uint16") -> NDArray[Any]:
    return np.random.default_rng(0).integers(0, 200, shape).astype(dtype)


def _pyramid(stack: NDArray[Any], levels: int, nested: bool) -> bytes:
    """Return an OME-TIFF with levels below its pages, or a plain one with levels behind them, as a COG."""
    file = io.BytesIO()
    if nested:
        with tifffile.TiffWriter(file, ome=True) as writer:
            writer.write(stack, subifds=levels, metadata={"axes": "CYX"}, photometric="minisblack")
            for k in range(1, levels + 1):
                writer.write(stack[:, :: 2**k, :: 2**k], subfiletype=1, photometric="minisblack")
        return file.getvalue()
    with tifffile.TiffWriter(file) as writer:
        for k in range(levels + 1):
            for plane in stack[:, :: 2**k, :: 2**k]:
                kind = int(k > 0)
                writer.write(plane, subfiletype=kind, tile=(32, 32), metadata=None, photometric="minisblack")
    return file.getvalue()


def _changed(picture: Picture) -> Picture:
    return replace(picture, array=picture.array[..., ::-1].copy())


@settings(max_examples=12, deadline=None)
@given(
    st.booleans(),
    st.integers(1, 3),
    st.integers(1, 3),
    st.tuples(st.integers(33, 70), st.integers(33, 70)),
    st.sampled_from(["uint8", "uint16", "float32"]),
)
def test_levels_are_made_again_from_the_result(
    nested: bool, levels: int, planes: int, sides: tuple[int, int], dtype: str
) -> None:
    stack = _random(planes, *sides, dtype=dtype)
    content = _pyramid(stack, levels, nested)
    picture = read_picture(content, "in")
    np.testing.assert_array_equal(picture.array.reshape(stack.shape), stack)
    with tifffile.TiffFile(io.BytesIO(encode_picture(_changed(picture), "tiff"))) as tiff:
        pages = [page.aspage() for page in tiff.pages]
        whole = pages[:planes]
        found = (
            [[page.pages[k] for page in whole] for k in range(levels)]
            if nested
            else [pages[(k + 1) * planes : (k + 2) * planes] for k in range(levels)]
        )
        assert len(pages) == (planes if nested else planes * (levels + 1))
        np.testing.assert_array_equal([page.asarray() for page in whole], stack[..., ::-1])
        for k, small in enumerate(found, start=1):
            assert all(page.subfiletype == 1 for page in small)
            assert small[0].shape == stack[0, :: 2**k, :: 2**k].shape
        means = found[0][0].asarray()[: sides[0] // 2, : sides[1] // 2].astype(float)
    wanted = stack[0, :, ::-1].astype(float)[: 2 * (sides[0] // 2), : 2 * (sides[1] // 2)]
    wanted = wanted.reshape(sides[0] // 2, 2, sides[1] // 2, 2).mean((1, 3))
    np.testing.assert_allclose(means, wanted, atol=0.5 if dtype != "float32" else 1e-3)


def test_the_series_of_a_pyramid_of_ome_has_its_levels() -> None:
    content = encode_picture(read_picture(_pyramid(_random(2, 64, 48), 2, True), "in"), "tiff")
    with tifffile.TiffFile(io.BytesIO(content)) as tiff:
        (series,) = tiff.series
        assert [level.shape for level in series.levels] == [(2, 64, 48), (2, 32, 24), (2, 16, 12)]


def test_levels_of_some_pages_only_are_refused(tmp_path: Path) -> None:
    stack = _random(2, 40, 40)
    with tifffile.TiffWriter(tmp_path / "in.tif") as writer:
        for plane, kind in ((stack[0], 0), (stack[0, ::2, ::2], 1), (stack[1], 0)):
            writer.write(plane, subfiletype=kind, metadata=None)
    with pytest.raises(ReconError, match="levels for some of its pages only"):
        read_picture(tmp_path / "in.tif")


def test_what_imagej_shows_as_black_and_white_follows_the_type() -> None:
    file = io.BytesIO()
    tifffile.imwrite(file, _random(20, 20), imagej=True, metadata={"min": 3.0, "max": 150.0})
    picture = read_picture(file.getvalue(), "in")
    for dtype, kept in (("uint16", True), ("float32", True), ("uint8", False)):
        other = replace(picture, array=picture.array.astype(dtype))
        with tifffile.TiffFile(io.BytesIO(encode_picture(other, "tiff"))) as tiff:
            assert tiff.imagej_metadata is not None
            assert (tiff.imagej_metadata.get("max") == 150) == kept
