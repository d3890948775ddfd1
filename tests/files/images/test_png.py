from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from recon_cli.errors import ReconError
from recon_cli.files.images import Picture, read_picture
from recon_cli.files.images.write import encode_picture

from .pictures import with_alpha

_RNG = np.random.default_rng(0)
_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}


def _plain_png(array: NDArray[np.uint16], *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a 16-bit PNG without any filter, written as the standard says."""
    height, width, samples = array.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in array)
    header = struct.pack(">2I5B", width, height, 16, _TYPES[samples], 0, 0, 0)
    every = ((b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    packed = [struct.pack(">I", len(c)) + k + c + struct.pack(">I", zlib.crc32(k + c)) for k, c in every]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


@pytest.mark.parametrize("samples", [1, 2, 3, 4])
def test_16_bits_are_read_whole(samples: int) -> None:
    array = _RNG.integers(0, 65536, (13, 12, samples), dtype=np.uint16)
    picture = read_picture(_plain_png(array), "in")
    np.testing.assert_array_equal(picture.samples_last().reshape(array.shape), array)
    assert picture.array.dtype == np.uint16
    assert (picture.colour, picture.copied) == (samples > 2, samples in (2, 4))


@pytest.mark.parametrize("samples", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_what_is_written_others_read(samples: int, dtype: type[np.generic]) -> None:
    smooth = np.add.outer(np.arange(300.0), np.arange(12 * samples)).reshape(300, 12, samples)
    full = np.iinfo(dtype).max  # type: ignore[type-var]
    array = (smooth / smooth.max() * full + _RNG.integers(0, 3, smooth.shape)).clip(0, full).astype(dtype)
    content = encode_picture(with_alpha(array), "png")
    with Pillow.open(io.BytesIO(content)) as image:
        seen = np.asarray(image).reshape(300, 12, -1)
    if dtype == np.uint16 and samples > 1:  # Pillow gives the high bytes
        seen = seen[..., ::3] if samples == 2 else seen
        np.testing.assert_array_equal(seen, array >> 8)
        np.testing.assert_array_equal(read_picture(content, "out").array, array)
    else:
        np.testing.assert_array_equal(seen, array)


def test_filters_make_smooth_images_small() -> None:
    slope = np.add.outer(np.arange(600), np.arange(600)).astype(np.uint8)
    assert len(encode_picture(Picture("in", "npy", slope, "YX"), "png")) < 5000


def test_profile_resolution_and_texts_are_kept() -> None:
    info = PngInfo()
    info.add_text("Author", "somebody")
    info.add_itxt("Title", "Bäume")
    grey = Pillow.fromarray(_RNG.integers(0, 256, (9, 8), dtype=np.uint8))
    grey.save(buffer := io.BytesIO(), "PNG", pnginfo=info, dpi=(300, 200), icc_profile=b"profile" * 30)
    picture = read_picture(buffer.getvalue(), "in")
    with Pillow.open(buffer) as before, Pillow.open(io.BytesIO(encode_picture(picture, "png"))) as after:
        before.load()
        after.load()
        assert after.info == before.info
        assert after.info["Author"] == "somebody"


def _saved(image: Pillow.Image, **options: object) -> Picture:
    image.save(buffer := io.BytesIO(), "PNG", **options)
    return read_picture(buffer.getvalue(), "in")


def test_palettes_become_colours_or_grey() -> None:
    colours = Pillow.fromarray(_RNG.integers(0, 256, (9, 8, 3), dtype=np.uint8)).quantize(16)
    picture = _saved(colours)
    assert (picture.colour, picture.copied) == (True, 0)
    np.testing.assert_array_equal(picture.array, np.asarray(colours.convert("RGB")))
    grey = Pillow.fromarray(_RNG.integers(0, 256, (9, 8), dtype=np.uint8)).quantize(16)
    np.testing.assert_array_equal(_saved(grey).array, np.asarray(grey.convert("L")))
    assert _saved(grey, transparency=3).array.shape == (9, 8, 2)


def test_few_bits_become_eight() -> None:
    bits = _RNG.random((9, 8)) > 0.5
    picture = _saved(Pillow.fromarray(bits))
    assert picture.array.dtype == np.uint8
    np.testing.assert_array_equal(picture.array, bits * 255)


def test_a_transparent_colour_becomes_alpha() -> None:
    array = _RNG.integers(0, 256, (9, 8, 3), dtype=np.uint8)
    array[2, 3] = 1, 2, 3
    picture = _saved(Pillow.fromarray(array), transparency=(1, 2, 3))
    assert picture.copied == 1
    expected = np.full((9, 8), 255)
    expected[2, 3] = 0
    np.testing.assert_array_equal(picture.array[..., 3], expected)
    wide = _RNG.integers(5, 65536, (9, 8, 3), dtype=np.uint16)
    wide[1, 1] = 1, 2, 3
    picture = read_picture(_plain_png(wide, (b"tRNS", struct.pack(">3H", 1, 2, 3))), "in")
    np.testing.assert_array_equal(picture.array[..., :3], wide)
    assert (picture.array[..., 3] == 0).sum() == 1


def test_animations_are_refused() -> None:
    frames = [Pillow.fromarray(np.full((9, 8), value, np.uint8)) for value in (0, 255)]
    with pytest.raises(ReconError, match="is an animation"):
        _saved(frames[0], save_all=True, append_images=frames[1:])
