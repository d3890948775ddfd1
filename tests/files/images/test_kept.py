"""What docs/formats.md says of the formats of every image program, asserted with another library of each."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from recon_cli.files.images import Picture, read_picture
from recon_cli.files.images.write import encode_picture

few = settings(max_examples=15, deadline=None)
_PROFILE = b"profile of a test" * 9
sides = st.integers(1, 20)
text = st.text("abc XYZ", min_size=1, max_size=20)


def _pixels(*samples: int, dtypes: tuple[str, ...] = ("uint8",)) -> Any:
    """Return a strategy of images of so many samples a pixel."""

    def of(dtype: str) -> Any:
        shapes = st.tuples(sides, sides, st.sampled_from(samples)).map(
            lambda s: s[:2] if s[2] == 1 else s
        )  # fmt: skip
        return arrays(dtype, shapes)

    return st.sampled_from(dtypes).flatmap(of)


def _through(content: bytes) -> tuple[Picture, bytes]:
    """Return a picture with its rows the other way round, as a reconstruction changes it, and its file."""
    picture = read_picture(content, "in")
    rows = picture.axes.rindex("Y")
    picture = replace(picture, array=np.ascontiguousarray(np.flip(picture.array, rows)))
    return picture, encode_picture(picture, picture.format)


def _exif(maker: str) -> bytes:
    data = Pillow.Exif()
    data[271] = maker
    data.get_ifd(0x8769)[34855] = 400
    data.get_ifd(0x8825)[1] = "N"
    return data.tobytes()


def _check_exif(image: Pillow.Image, maker: str) -> None:
    data = image.getexif()
    assert (data[271], data.get_ifd(0x8769)[34855], data.get_ifd(0x8825)[1]) == (maker.strip(), 400, "N")


@few
@given(_pixels(1, 2, 3, 4), text, st.integers(1, 900))
def test_png_keeps_type_alpha_profile_resolution_texts_and_exif(
    pixels: NDArray[Any], maker: str, dpi: int
) -> None:
    maker, told = f"m{maker}".strip(), PngInfo()
    told.add_text("Comment", maker)
    told.add_itxt("Title", maker)
    Pillow.fromarray(pixels).save(
        buffer := io.BytesIO(), "PNG", pnginfo=told, icc_profile=_PROFILE, exif=_exif(maker), dpi=(dpi, dpi)
    )
    _, written = _through(buffer.getvalue())
    with Pillow.open(buffer) as before, Pillow.open(io.BytesIO(written)) as back:
        assert (back.mode, back.info["dpi"]) == (before.mode, before.info["dpi"])
        np.testing.assert_array_equal(np.asarray(back), pixels[::-1])
        assert (back.info["icc_profile"], back.info["Comment"], back.info["Title"]) == (
            _PROFILE,
            maker,
            maker,
        )
        _check_exif(back, maker)


@few
@given(_pixels(1, dtypes=("uint16",)))
def test_png_keeps_16_bits(pixels: NDArray[Any]) -> None:
    Pillow.fromarray(pixels).save(buffer := io.BytesIO(), "PNG")
    _, written = _through(buffer.getvalue())
    with Pillow.open(io.BytesIO(written)) as back:
        np.testing.assert_array_equal(np.asarray(back), pixels[::-1])


@few
@given(
    _pixels(1, 3, 4, dtypes=("uint8", "int16", "uint16", "int32", "float32", "float64")),
    st.sampled_from("<>"),
    st.booleans(),
    st.sampled_from([None, "zlib", "lzw", "packbits", "lzma", "zstd"]),
    text,
)
def test_tiff_keeps_type_order_compression_and_tags(
    pixels: NDArray[Any], order: Any, big: bool, compression: Any, said: str
) -> None:
    options = {"photometric": "rgb"} if pixels.ndim > 2 else {"photometric": "minisblack"}
    extra = {"extrasamples": ["unassalpha"]} if pixels.shape[-1] == 4 and pixels.ndim > 2 else {}
    tifffile.imwrite(
        buffer := io.BytesIO(), pixels, byteorder=order, bigtiff=big, compression=compression, metadata=None,
        description=said, resolution=(3, 7), extratags=[(65000, "H", 2, (1, 2), True)], **options, **extra,
    )  # fmt: skip
    _, written = _through(buffer.getvalue())
    with (
        tifffile.TiffFile(io.BytesIO(written)) as back,
        tifffile.TiffFile(io.BytesIO(buffer.getvalue())) as before,
    ):
        page, first = back.pages.first, before.pages.first
        np.testing.assert_array_equal(page.asarray(), pixels[::-1])
        assert (back.byteorder, back.is_bigtiff, page.dtype) == (order, big, pixels.dtype)
        for code in (258, 259, 262, 270, 282, 283, 296, 338, 339, 65000):
            assert page.tags.valueof(code) == first.tags.valueof(code), code


@few
@given(st.sampled_from(["L", "RGB", "CMYK"]), sides, sides, text, st.integers(1, 900))
def test_jpeg_keeps_exif_xmp_comment_profile_and_resolution(
    mode: str, height: int, width: int, maker: str, dpi: int
) -> None:
    maker = f"m{maker}".strip()
    image = Pillow.new(mode, (width, height), (40, 90, 130, 20)[: len(mode)] if mode != "L" else 90)
    image.save(
        buffer := io.BytesIO(), "JPEG", quality=98, exif=_exif(maker), xmp=b"<x/>", comment=maker.encode(),
        icc_profile=_PROFILE, dpi=(dpi, dpi),
    )  # fmt: skip
    _, written = _through(buffer.getvalue())
    with Pillow.open(io.BytesIO(written)) as back:
        assert (back.mode, back.size, back.info["dpi"]) == (mode, (width, height), (dpi, dpi))
        assert np.abs(np.asarray(back, float) - np.asarray(image)).max() < 6
        kept = (back.info["xmp"], back.info["comment"], back.info["icc_profile"])
        assert kept == (b"<x/>", maker.encode(), _PROFILE)
        _check_exif(back, maker)


@few
@given(_pixels(3, 4), text)
def test_webp_keeps_pixels_alpha_exif_xmp_and_profile(pixels: NDArray[Any], maker: str) -> None:
    maker = f"m{maker}".strip()
    Pillow.fromarray(pixels).save(
        buffer := io.BytesIO(), "WEBP", lossless=True, exact=True, exif=_exif(maker), xmp=b"<x/>",
        icc_profile=_PROFILE,
    )  # fmt: skip
    picture, written = _through(buffer.getvalue())
    with Pillow.open(io.BytesIO(written)) as back:
        np.testing.assert_array_equal(np.asarray(back.convert("RGBA")), _with_alpha(picture.array))
        assert (back.info["xmp"], back.info["icc_profile"]) == (b"<x/>", _PROFILE)
        _check_exif(back, maker)


def _with_alpha(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    opaque = np.full((*pixels.shape[:2], 1), 255, np.uint8)
    return np.concatenate([pixels, opaque], -1) if pixels.shape[-1] == 3 else pixels


_STACKS = st.sampled_from(["uint8", "int16", ">u2", "int64", "float16", "float32", "float64"]).flatmap(
    lambda dtype: arrays(dtype, st.lists(st.integers(1, 6), min_size=2, max_size=4).map(tuple))
)


@pytest.mark.parametrize("kind", ["npy", "npz"])
@few
@given(_STACKS)
def test_npy_and_npz_keep_type_shape_and_name(kind: str, array: NDArray[Any]) -> None:
    np.save(buffer := io.BytesIO(), array) if kind == "npy" else np.savez(buffer := io.BytesIO(), scan=array)
    picture, written = _through(buffer.getvalue())
    back = np.load(io.BytesIO(written))
    back = back if kind == "npy" else back["scan"]
    np.testing.assert_array_equal(back, picture.array)
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
