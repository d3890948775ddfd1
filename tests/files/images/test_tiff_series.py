"""TIFFs of several unlike images, looked at with tifffile."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recon_cli.errors import ReconError
from recon_cli.files.images import Picture, read_picture, read_pictures
from recon_cli.files.images.write import dtype_for, encode_picture

SIDES = st.integers(17, 50)
IMAGES = st.lists(
    st.fixed_dictionaries(
        {
            "shape": st.tuples(SIDES, SIDES),
            "samples": st.sampled_from([1, 1, 3, 4]),
            "dtype": st.sampled_from(["uint8", "uint16", "float32"]),
            "planes": st.integers(1, 3),
            "compression": st.sampled_from([None, "zlib", "lzw"]),
            "tile": st.sampled_from([None, (16, 32)]),
            "below": st.sampled_from(["", "level", "other"]),
        }
    ),
    min_size=2,
    max_size=4,
)


def _random(*shape: int, dtype: str = "uint16") -> NDArray[Any]:
    return np.random.default_rng(sum(shape)).integers(0, 200, shape).astype(dtype)


def _write(each: dict[str, Any], k: int, writer: tifffile.TiffWriter) -> None:
    samples = each["samples"]
    shape = (*each["shape"], samples) if samples > 1 else each["shape"]
    photometric = {1: "minisblack", 3: "rgb", 4: "separated"}[samples]
    options = {"photometric": photometric, "metadata": None, "contiguous": False}
    for plane in range(each["planes"]):
        array = _random(*shape, dtype=each["dtype"]) + plane
        writer.write(
            array, **options, compression=each["compression"], tile=each["tile"],
            subifds=1 if each["below"] else None, description=f"image {k}",
            extratags=[(65000, "H", 1, plane, True)],
        )  # fmt: skip
        if each["below"]:
            small = array[::2, ::2] if each["below"] == "level" else array[:9, :13]
            writer.write(small, **options, subfiletype=int(each["below"] == "level"))


def _all_pages(tiff: tifffile.TiffFile) -> list[Any]:
    pages = [page.aspage() for page in tiff.pages]
    return [one for page in pages for one in (page, *(page.pages or ()))]


@settings(max_examples=20, deadline=None)
@given(IMAGES, st.sampled_from("<>"), st.booleans())
def test_all_images_are_read_and_written_in_their_places(images: Any, order: Any, big: bool) -> None:
    with tifffile.TiffWriter(file := io.BytesIO(), byteorder=order, bigtiff=big) as writer:
        for k, each in enumerate(images):
            _write(each, k, writer)
    found = [replace(one, array=one.array[::-1].copy()) for one in read_pictures(file.getvalue(), "in")]
    content = encode_picture(replace(found[0], others=tuple(found[1:])), "tiff")
    with (
        tifffile.TiffFile(io.BytesIO(file.getvalue())) as before,
        tifffile.TiffFile(io.BytesIO(content)) as after,
    ):
        assert (after.byteorder, after.is_bigtiff) == (before.byteorder, before.is_bigtiff)
        assert len(after.pages) == len(before.pages)
        pages = _all_pages(before)
        assert sum(one.array.size for one in found) == sum(p.size for p in pages if not p.subfiletype)
        for one, other in zip(pages, _all_pages(after), strict=True):
            same = ("shape", "dtype", "photometric", "compression", "tile", "subfiletype", "description")
            assert [getattr(other, name) for name in same] == [getattr(one, name) for name in same]
            assert other.tags.valueof(65000) == one.tags.valueof(65000)
        for picture in found:
            places, planes = picture.native.places, picture.array.reshape(-1, *picture.native.pages[
                picture.native.places[0]].shape)  # fmt: skip
            every = _all_pages(after)
            for place, plane in zip(places, planes, strict=True):
                np.testing.assert_array_equal(every[place].asarray(), plane)


def _positions(order: str = "<") -> bytes:
    with tifffile.TiffWriter(file := io.BytesIO(), ome=True, byteorder=order) as writer:
        for k, shape in enumerate(((2, 40, 36), (2, 30, 50), (3, 40, 36))):
            told = {"axes": "CYX", "Name": f"position {k}", "PhysicalSizeX": 0.5 + k}
            writer.write(_random(*shape), photometric="minisblack", metadata=told, subifds=1)
            writer.write(_random(*shape)[:, ::2, ::2], subfiletype=1, photometric="minisblack")
    return file.getvalue()


@pytest.mark.parametrize("order", ["<", ">"])
def test_positions_of_ome_keep_names_and_levels(order: str) -> None:
    content = _positions(order)
    found = read_pictures(content, "in")
    assert [(one.name, one.axes, one.channels) for one in found] == [
        ("in, series 0", "CYX", 2), ("in, series 1", "CYX", 2), ("in, series 2", "CYX", 3),
    ]  # fmt: skip
    written = encode_picture(replace(found[0], others=found[1:]), "tiff")
    with tifffile.TiffFile(io.BytesIO(content)) as before, tifffile.TiffFile(io.BytesIO(written)) as after:
        assert after.ome_metadata == before.ome_metadata
        for one, other in zip(before.series, after.series, strict=True):
            assert (other.name, other.shape, other.axes, other.kind) == (one.name, one.shape, one.axes, "ome")
            assert [level.shape for level in other.levels] == [level.shape for level in one.levels]
            np.testing.assert_array_equal(other.asarray(), one.asarray())


def test_planes_of_ome_in_another_order_than_pages_have_their_axes() -> None:
    stack = _random(3, 20, 24)
    tifffile.imwrite(
        file := io.BytesIO(), stack, ome=True, photometric="minisblack", metadata={"axes": "CYX"}
    )
    with tifffile.TiffFile(io.BytesIO(file.getvalue())) as tiff:
        xml = tiff.ome_metadata or ""
    data = "".join(f'<TiffData IFD="{2 - c}" FirstC="{c}" PlaneCount="1"/>' for c in range(3))
    start, end = xml.index("<TiffData"), xml.index("</Pixels>")
    described = (xml[:start] + data + xml[end:]).encode()
    tifffile.imwrite(
        file := io.BytesIO(), stack, photometric="minisblack", metadata=None, description=described
    )
    picture = read_picture(file.getvalue(), "in")
    assert picture.axes == "CYX"
    np.testing.assert_array_equal(picture.array, stack[::-1])
    with tifffile.TiffFile(io.BytesIO(encode_picture(picture, "tiff"))) as tiff:
        np.testing.assert_array_equal([page.asarray() for page in tiff.pages], stack)
        np.testing.assert_array_equal(tiff.asarray(), stack[::-1])


def test_a_label_that_is_marked_as_reduced_is_no_level() -> None:
    main, label = _random(60, 40, dtype="uint8"), _random(16, 30, dtype="uint8")
    with tifffile.TiffWriter(file := io.BytesIO()) as writer:
        writer.write(main, metadata=None)
        writer.write(main[::3, ::3], subfiletype=1, metadata=None)
        writer.write(label, subfiletype=1, metadata=None)
    found = read_pictures(file.getvalue(), "in")
    assert [one.array.shape for one in found] == [main.shape, label.shape]
    with tifffile.TiffFile(io.BytesIO(encode_picture(replace(found[0], others=found[1:]), "tiff"))) as tiff:
        assert [page.subfiletype for page in tiff.pages] == [0, 1, 1]
        np.testing.assert_array_equal(tiff.pages[2].asarray(), label)


def test_several_images_of_tifffile_keep_their_axes() -> None:
    with tifffile.TiffWriter(file := io.BytesIO()) as writer:
        writer.write(_random(2, 3, 20, 24), photometric="minisblack", metadata={"axes": "TZYX"})
        writer.write(_random(20, 30, 3, dtype="uint8"), photometric="rgb")
    found = read_pictures(file.getvalue(), "in")
    assert [(one.axes, one.array.shape, one.colour) for one in found] == [
        ("TZYX", (2, 3, 20, 24), False), ("YXS", (20, 30, 3), True),
    ]  # fmt: skip
    with tifffile.TiffFile(io.BytesIO(encode_picture(replace(found[0], others=found[1:]), "tiff"))) as tiff:
        assert [(one.axes, one.kind) for one in tiff.series] == [("TZYX", "shaped"), ("YXS", "shaped")]


def test_a_page_between_alike_ones_that_differs_is_an_image_of_its_own() -> None:
    with tifffile.TiffWriter(file := io.BytesIO()) as writer:
        for k in range(9):
            writer.write(_random(20, 30 if k == 3 else 20), metadata=None, contiguous=False)
    found = read_pictures(file.getvalue(), "in")
    assert [one.array.shape for one in found] == [(8, 20, 20), (20, 30)]


def test_where_one_image_is_wanted_several_are_refused() -> None:
    with pytest.raises(ReconError, match="in holds 3 images that differ; save them separately"):
        read_picture(_positions(), "in")


def test_a_size_that_the_pages_do_not_have_takes_no_memory() -> None:
    with tifffile.TiffFile(io.BytesIO(_positions())) as tiff:
        xml = tiff.ome_metadata or ""
    false = xml.replace('SizeX="50"', 'SizeX="50000"').replace('SizeY="30"', 'SizeY="50000"')
    pages = _random(7, 40, 36)
    tifffile.imwrite(
        file := io.BytesIO(), pages, photometric="minisblack", metadata=None, description=false.encode()
    )
    assert [one.array.shape for one in read_pictures(file.getvalue(), "in")] == [(7, 40, 36)]


def test_colours_of_inks_are_for_formats_that_hold_them() -> None:
    inks = Picture("in", "npy", _random(9, 8, 4, dtype="uint8"), "YXS", inks=True)
    for target, held in (("tiff", True), ("jpeg", True), ("npy", True), ("png", False), ("webp", False)):
        if held:
            dtype_for(inks, target, None)
            continue
        with pytest.raises(ReconError, match=r"in has the colours of inks.* take \.tif or \.jpg"):
            dtype_for(inks, target, None)
