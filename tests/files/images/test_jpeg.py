from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image as Pillow
from skimage import data

from recon_cli.errors import ReconError
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


def test_print_colours_are_refused() -> None:
    Pillow.new("CMYK", (20, 20)).save(buffer := io.BytesIO(), "JPEG")
    with pytest.raises(ReconError, match="in is a CMYK JPEG"):
        read_picture(buffer.getvalue(), "in")


def test_comment_and_xmp_are_kept() -> None:
    image = Pillow.fromarray(np.zeros((8, 8), np.uint8))
    image.save(buffer := io.BytesIO(), "jpeg", comment=b"said", xmp=b"<x:xmpmeta/>")
    content = encode_picture(read_picture(buffer.getvalue(), "in"), "jpeg")
    with Pillow.open(io.BytesIO(content)) as back:
        assert (back.info["comment"], back.info["xmp"]) == (b"said", b"<x:xmpmeta/>")
