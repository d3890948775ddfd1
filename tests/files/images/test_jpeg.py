from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from skimage import data

from recon_cli.files.images import read_picture
from recon_cli.files.images.write import encode_picture


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_exif_profile_and_resolution_are_kept(mode: str) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    photograph = Pillow.fromarray(data.astronaut()[:64, 100:180]).convert(mode)
    photograph.save(
        buffer := io.BytesIO(), "JPEG", exif=exif, icc_profile=b"icc" * 50, dpi=(72, 96), quality=95
    )
    picture = read_picture(buffer.getvalue(), "in")
    content = encode_picture(picture, "jpeg")
    with Pillow.open(buffer) as before, Pillow.open(io.BytesIO(content)) as after:
        assert (after.mode, after.size) == (before.mode, before.size)
        for key in ("exif", "icc_profile", "dpi"):
            assert after.info[key] == before.info[key]
        assert np.abs(np.asarray(after, float) - np.asarray(before, float)).mean() < 2
    with Pillow.open(io.BytesIO(encode_picture(picture, "png"))) as png:
        assert png.getexif()[0x0112] == 6
        assert png.info["icc_profile"] == b"icc" * 50
        np.testing.assert_array_equal(np.asarray(png), picture.array)
    with Pillow.open(io.BytesIO(encode_picture(picture, "tiff"))) as tiff:
        assert tiff.getexif()[0x0112] == 6


_INKS = np.add.outer(np.arange(16) * 3, np.arange(24) * 2)[..., None] + np.array([0, 60, 90, 150])
_INKS = _INKS.clip(0, 255).astype(np.uint8)


def _ink_jpeg(**options: Any) -> bytes:
    image = Pillow.frombytes("CMYK", (24, 16), _INKS.tobytes())
    image.save(buffer := io.BytesIO(), "JPEG", quality=98, icc_profile=b"inks" * 40, **options)
    return buffer.getvalue()


def test_inks_are_data_and_written_back_with_their_profile() -> None:
    picture = read_picture(_ink_jpeg(), "in")
    assert (picture.inks, picture.colour, picture.copied, picture.channels) == (True, False, 0, 4)
    assert picture.changing().shape == (4, 1, 16, 24)
    assert np.abs(picture.array.astype(int) - _INKS).max() < 8
    for target in ("jpeg", "tiff"):
        with Pillow.open(io.BytesIO(encode_picture(picture, target))) as back:
            assert (back.mode, back.info["icc_profile"]) == ("CMYK", b"inks" * 40)
            assert np.abs(np.asarray(back).astype(int) - picture.array).max() < (8 if target == "jpeg" else 1)


def test_inks_without_the_mark_of_adobe_are_not_inverted() -> None:
    content = _ink_jpeg()
    start = content.index(b"\xff\xee\x00\x0eAdobe")
    picture = read_picture(content[:start] + content[start + 16 :], "in")
    assert np.abs(picture.array.astype(int) - (255 - _INKS)).max() < 8
    with Pillow.open(io.BytesIO(encode_picture(picture, "jpeg"))) as back:
        assert np.abs(np.asarray(back).astype(int) - picture.array).max() < 8


def test_comment_and_xmp_are_kept() -> None:
    image = Pillow.fromarray(np.zeros((8, 8), np.uint8))
    image.save(buffer := io.BytesIO(), "jpeg", comment=b"said", xmp=b"<x:xmpmeta/>")
    content = encode_picture(read_picture(buffer.getvalue(), "in"), "jpeg")
    with Pillow.open(io.BytesIO(content)) as back:
        assert (back.info["comment"], back.info["xmp"]) == (b"said", b"<x:xmpmeta/>")
