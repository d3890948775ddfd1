from __future__ import annotations

import io

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow
from PIL import ImageOps

from recon_cli.files.images import read_picture
from recon_cli.files.images.formats import BY_NAME
from recon_cli.files.images.orientation import orientation_of
from recon_cli.files.images.write import encode_picture

PIXELS = np.arange(48, dtype=np.uint8).reshape(6, 8)
_HOLDING = ("png", "tiff", "jpeg", "webp")


def _turned(kind: str, orientation: int) -> bytes:
    if kind == "tiff":
        tag = [(274, "H", 1, orientation, True)]
        tifffile.imwrite(buffer := io.BytesIO(), PIXELS, photometric="minisblack", extratags=tag)
        return buffer.getvalue()
    exif = Pillow.Exif()
    exif[274] = orientation
    options = {"lossless": True} if kind == "webp" else {"quality": 100} if kind == "jpeg" else {}
    Pillow.fromarray(PIXELS).save(buffer := io.BytesIO(), kind, exif=exif, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("source", _HOLDING)
@pytest.mark.parametrize("target", [*_HOLDING, "npy"])
@pytest.mark.parametrize("orientation", [1, 2, 5, 6, 7, 8])
def test_an_image_stands_as_it_stood_in_every_pair_of_formats(
    source: str, target: str, orientation: int
) -> None:
    picture = read_picture(_turned(source, orientation), "in")
    content = encode_picture(picture, target)
    back = read_picture(content, "out")
    shown = Pillow.fromarray(PIXELS)
    shown.getexif()[274] = orientation
    expected = np.asarray(ImageOps.exif_transpose(shown))
    found = back.array if back.array.ndim == 2 else back.array[..., 0]
    again = Pillow.fromarray(found)
    assert BY_NAME[target].turned or orientation_of(back.exif) == 1
    again.getexif()[274] = orientation_of(back.exif)
    np.testing.assert_allclose(np.asarray(ImageOps.exif_transpose(again)), expected, atol=2)
