from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image as Pillow

from recon_cli.errors import ReconError
from recon_cli.files.images import read_picture
from recon_cli.files.images.picture import Picture
from recon_cli.files.images.write import encode_picture

RGBA = np.random.default_rng(0).integers(0, 256, (9, 8, 4), np.uint8)


@pytest.mark.parametrize("samples", [3, 4])
def test_every_pixel_and_what_stands_beside_is_kept(samples: int) -> None:
    exif = Pillow.Exif()
    exif[271] = "maker"
    image = Pillow.fromarray(RGBA[..., :samples])
    image.save(buffer := io.BytesIO(), "webp", lossless=True, exact=True, exif=exif, xmp=b"<x/>")
    picture = read_picture(buffer.getvalue(), "in")
    assert (picture.colour, picture.copied) == (True, samples - 3)
    with Pillow.open(io.BytesIO(encode_picture(picture, "webp"))) as back:
        np.testing.assert_array_equal(np.asarray(back), RGBA[..., :samples])
        assert (back.getexif()[271], back.info["xmp"]) == ("maker", b"<x/>")


def test_grey_becomes_three_equal_colours() -> None:
    content = encode_picture(Picture("in", "npy", RGBA[..., 0], "YX"), "webp")
    assert (read_picture(content, "out").array == RGBA[..., :1]).all()


def test_animations_are_refused() -> None:
    frames = [Pillow.fromarray(RGBA[..., :3]), Pillow.fromarray(RGBA[..., 1:])]
    frames[0].save(buffer := io.BytesIO(), "webp", save_all=True, append_images=frames[1:])
    with pytest.raises(ReconError, match="in is an animation"):
        read_picture(buffer.getvalue(), "in")
