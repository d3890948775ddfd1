from __future__ import annotations

import io

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from recon_cli.files.images import read_picture, read_pictures
from recon_cli.files.images.write import encode_picture

COLOURS = np.random.default_rng(0).integers(0, 256, (16, 24, 3), np.uint8)


@pytest.mark.parametrize("colours", [2, 16, 256])
def test_a_palette_is_read_as_its_colours_and_written_as_rgb(colours: int) -> None:
    Pillow.fromarray(COLOURS).quantize(colours).save(buffer := io.BytesIO(), "TIFF", dpi=(300, 300))
    picture = read_picture(buffer.getvalue(), "in")
    with Pillow.open(buffer) as image:
        expected = np.asarray(image.convert("RGB"))
    np.testing.assert_array_equal(picture.array, expected)
    assert (picture.axes, picture.colour) == ("YXS", True)
    with tifffile.TiffFile(io.BytesIO(encode_picture(picture, "tiff"))) as back:
        np.testing.assert_array_equal(back.asarray(), expected)
        assert back.pages.first.photometric == 2
        assert back.pages.first.get_resolution("inch") == (300, 300)


def test_pages_of_different_palettes_are_images_of_their_own() -> None:
    frames = [Pillow.fromarray(part).quantize(8) for part in (COLOURS, 255 - COLOURS)]
    frames[0].save(buffer := io.BytesIO(), "TIFF", save_all=True, append_images=frames[1:])
    found = read_pictures(buffer.getvalue(), "in")
    assert len(found) == len(frames)
    for picture, frame in zip(found, frames, strict=True):
        np.testing.assert_array_equal(picture.array, np.asarray(frame.convert("RGB")))


def test_ycbcr_of_jpeg_is_read_as_rgb() -> None:
    smooth = np.add.outer(np.arange(16) * 8, np.arange(24) * 4)[..., None] + np.array([0, 20, 40])
    encoded = np.asarray(Pillow.fromarray(smooth.astype(np.uint8)).convert("YCbCr"))
    options = {"photometric": "ycbcr", "compression": "jpeg", "compressionargs": {"level": 95}}
    tifffile.imwrite(buffer := io.BytesIO(), encoded, subsampling=(1, 1), **options)
    picture = read_picture(buffer.getvalue(), "in")
    assert picture.colour
    assert np.abs(picture.array.astype(int) - smooth).max() < 8
    with tifffile.TiffFile(io.BytesIO(encode_picture(picture, "tiff"))) as back:
        np.testing.assert_array_equal(back.asarray(), picture.array)
        assert (back.pages.first.photometric, back.pages.first.compression) == (2, 8)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("more", [0, 1, 2])
def test_inks_are_data_and_written_back(dtype: str, planar: str, more: int) -> None:
    inks = np.random.default_rng(0).integers(0, 256, (4 + more, 16, 24)).astype(dtype)
    array = np.ascontiguousarray(np.moveaxis(inks, 0, -1)) if planar == "contig" else inks
    options = {"extrasamples": ["unassalpha"]} if more == 1 else {"extrasamples": [0, 0]} if more else {}
    profile = [(34675, "B", 4, b"inks", True)]
    tifffile.imwrite(buffer := io.BytesIO(), array, photometric="separated", planarconfig=planar,
                     metadata=None, extratags=profile, **options)  # fmt: skip
    picture = read_picture(buffer.getvalue(), "in")
    assert (picture.inks, picture.colour, picture.copied) == (more < 2, False, int(more == 1))
    np.testing.assert_array_equal(picture.changing()[:, 0], inks[: 4 + more - picture.copied])
    with tifffile.TiffFile(io.BytesIO(encode_picture(picture, "tiff"))) as back:
        page = back.pages.first
        np.testing.assert_array_equal(page.asarray(), array)
        assert (page.photometric, page.planarconfig, len(page.extrasamples)) == (
            5,
            1 + (planar == "separate"),
            more,
        )
        assert page.tags.valueof(34675) == b"inks"
