"""EXIF and GPS data between all formats that hold them, looked at with Pillow and tifffile."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from recon_cli.files.images import read_picture
from recon_cli.files.images.exif import Directory, Entry, as_exif, from_exif
from recon_cli.files.images.write import encode_picture

PIXELS = np.arange(192, dtype=np.uint8).reshape(8, 8, 3)
_EXIF, _GPS = 0x8769, 0x8825
_HOLDING = ("png", "tiff", "jpeg", "webp")

texts = st.text("abc xyz", min_size=1, max_size=40)
camera = st.fixed_dictionaries(
    {},
    optional={
        270: texts,
        271: texts,
        272: texts,
        274: st.integers(1, 8),
        306: texts,
        315: texts,
        33432: texts,
    },
)
taken = st.fixed_dictionaries(
    {37500: st.binary(max_size=99).map(b"notes of a maker".__add__)},
    optional={36867: texts, 34855: st.integers(1, 60000), 33434: st.sampled_from([0.5, 0.008, 2.0])},
)
place = st.fixed_dictionaries(
    {1: st.sampled_from(["N", "S"])},
    optional={2: st.tuples(*[st.integers(0, 59).map(float)] * 3), 29: texts, 5: st.just(b"\0")},
)


def _file(kind: str, found: tuple[Any, Any, Any]) -> bytes:
    data = Pillow.Exif()
    data.update(found[0])
    data.get_ifd(_EXIF).update(found[1])
    data.get_ifd(_GPS).update(found[2])
    options = {"lossless": True} if kind == "webp" else {}
    Pillow.fromarray(PIXELS).save(buffer := io.BytesIO(), kind, exif=data.tobytes(), **options)
    return buffer.getvalue()


def _held(content: bytes, codes: Any) -> tuple[Any, Any, Any]:
    with Pillow.open(io.BytesIO(content)) as image:
        data = image.getexif()
        page = {code: data[code] for code in codes if code in data}
        return page, dict(data.get_ifd(_EXIF)), dict(data.get_ifd(_GPS))


@pytest.mark.parametrize("source", _HOLDING)
@pytest.mark.parametrize("target", _HOLDING)
@settings(max_examples=4, deadline=None)
@given(camera, taken, place)
def test_camera_and_place_stay_in_every_pair_of_formats(
    source: str, target: str, page: Any, exif: Any, gps: Any
) -> None:
    content = _file(source, (page, exif, gps))
    written = encode_picture(read_picture(content, "in"), target)
    assert _held(written, page) == _held(content, page)
    assert _held(written, page)[1].keys() | {37500} == exif.keys()
    assert exif[37500] in written


@settings(max_examples=8, deadline=None)
@given(st.sampled_from("<>"), st.booleans(), st.integers(1, 3), taken, place)
def test_every_page_of_a_tiff_keeps_its_own(order: Any, big: bool, count: int, exif: Any, gps: Any) -> None:
    found, own = from_exif(_exif_of(exif, gps))
    turned = {code: below if order == own else _turned(below) for code, below in found.below.items()}
    tifffile.imwrite(buffer := io.BytesIO(), PIXELS[None].repeat(count, 0), photometric="rgb", metadata=None,
                     byteorder=order, bigtiff=big)  # fmt: skip
    picture = read_picture(buffer.getvalue(), "in")
    pages = tuple(replace(page, directories=turned) for page in picture.native.pages)
    pages = (*pages[:-1], replace(pages[-1], directories={})) if count > 1 else pages
    with_exif = encode_picture(replace(picture, native=replace(picture.native, pages=pages)), "tiff")
    again = encode_picture(read_picture(with_exif, "in"), "tiff")
    with tifffile.TiffFile(io.BytesIO(again)) as tiff:
        assert (tiff.byteorder, tiff.is_bigtiff) == (order, big)
        np.testing.assert_array_equal(tiff.asarray().reshape(-1, 8, 8, 3), PIXELS[None].repeat(count, 0))
        for k, page in enumerate(tiff.pages):
            held = page.aspage().tags.valueof(_EXIF), page.aspage().tags.valueof(_GPS)
            if count > 1 and k == count - 1:
                assert held == (None, None)
            else:
                assert held[0]["MakerNote"] == exif[37500]
                assert held[1]["GPSLatitudeRef"] == gps[1]
                if 34855 in exif:
                    assert held[0]["ISOSpeedRatings"] == exif[34855]


def _exif_of(exif: Any, gps: Any) -> bytes:
    data = Pillow.Exif()
    data.get_ifd(_EXIF).update(exif)
    data.get_ifd(_GPS).update(gps)
    return data.tobytes()


def _turned(directory: Directory) -> Directory:
    """Return a directory with its values in the other order."""
    widths = {3: 2, 4: 4, 5: 4, 9: 4, 10: 4}
    entries = []
    for entry in directory.entries:
        width = widths.get(entry.kind, 1)
        parts = [entry.content[k : k + width][::-1] for k in range(0, len(entry.content), width)]
        entries.append(entry._replace(content=b"".join(parts)))
    return Directory(tuple(entries), {code: _turned(below) for code, below in directory.below.items()})


def test_notes_of_a_maker_for_which_a_jpeg_has_no_room_are_left_out() -> None:
    content = _file("tiff", ({271: "maker"}, {37500: bytes(70_000), 34855: 400}, {1: "N"}))
    page, exif, gps = _held(encode_picture(read_picture(content, "in"), "jpeg"), [271])
    assert (page, exif[34855], gps[1]) == ({271: "maker"}, 400, "N")
    assert 37500 not in exif
    assert len(_held(encode_picture(read_picture(content, "in"), "png"), [271])[1][37500]) == 70_000


def test_the_directory_of_interoperability_stays_below_that_of_exif() -> None:
    inner = Directory((Entry(1, 2, 4, b"R98\0"),))
    exif = Directory((Entry(34855, 3, 1, b"\x90\1"),), {40965: inner})
    whole = Directory((Entry(271, 2, 6, b"maker\0"),), {34665: exif})
    picture = read_picture(_file("tiff", ({}, {37500: b"notes"}, {1: "N"})), "in")
    content = encode_picture(replace(picture, format="npy", exif=as_exif(whole, "<")), "tiff")
    back = encode_picture(read_picture(content, "in"), "png")
    assert from_exif(read_picture(back, "out").exif)[0] == whole


@pytest.mark.parametrize("code", [34665, 34853])
def test_directories_in_a_circle_and_out_of_the_file_are_left_out(code: int) -> None:
    rows = [(271, 2, 6, 100), (code, 4, 1, 8), (code, 4, 1, 8), (700, 1, 2**31, 8), (37500, 7, 5, 2**31)]
    directory = struct.pack("<H", len(rows)) + b"".join(struct.pack("<HHII", *row) for row in rows)
    exif = b"Exif\0\0II*\0\x08\0\0\0" + directory.ljust(92, b"\0") + b"maker\0"
    found, order = from_exif(exif)
    assert (order, found.entries) == ("<", (Entry(271, 2, 6, b"maker\0"),))
    content = encode_picture(
        replace(read_picture(_file("jpeg", ({}, {37500: b"x"}, {})), "in"), exif=exif), "tiff"
    )
    with tifffile.TiffFile(io.BytesIO(content)) as tiff:
        assert tiff.pages.first.tags.valueof(271) == "maker"


@pytest.mark.parametrize(
    "exif", [b"", b"Exif\0\0", b"Exif\0\0II*\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"none"]
)
def test_damaged_data_are_none(exif: bytes) -> None:
    assert from_exif(exif)[0] == Directory()
