from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image as Pillow

from recon_cli.errors import ReconError
from recon_cli.files.images import Picture, read_picture
from recon_cli.files.images.values import choose_span, to_planes, with_planes
from recon_cli.files.images.write import encode_picture


def _bytes(*shape: int) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def _words(*shape: int) -> NDArray[np.uint16]:
    return np.random.default_rng(0).integers(0, 65536, shape, dtype=np.uint16)


def _floats(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).random(shape, np.float32)


_GREY: dict[str, Any] = {"photometric": "minisblack"}
_CASES: dict[str, tuple[NDArray[Any], dict[str, Any]]] = {
    "grey": (_bytes(20, 24), {}),
    "big endian": (_words(20, 24), {"byteorder": ">"}),
    "float": (_floats(20, 24), {"resolution": (3.25, 7), "resolutionunit": "CENTIMETER"}),
    "double": (_floats(5, 20, 24).astype(np.float64), _GREY),
    "stack": (_words(5, 20, 24), _GREY),
    "axes": (_words(1, 5, 20, 24), {"metadata": {"axes": "TZYX"}, **_GREY}),
    "pages": (_bytes(5, 20, 24), {"metadata": None, "description": "of five pages", **_GREY}),
    "deflate": (_words(5, 20, 24), {"compression": "zlib", "predictor": True, **_GREY}),
    "lzma, tiles": (_floats(40, 50), {"compression": "lzma", "tile": (16, 32)}),
    "strips": (_bytes(20, 24), {"rowsperstrip": 7}),
    "white is zero": (_bytes(5, 20, 24), {"photometric": "miniswhite"}),
    "colour": (_bytes(20, 24, 3), {"photometric": "rgb"}),
    "colour planes": (_words(3, 20, 24), {"photometric": "rgb", "planarconfig": "separate", "bigtiff": True}),
    "alpha": (_words(2, 20, 24, 4), {"photometric": "rgb", "extrasamples": ["unassalpha"]}),
    "grey alpha": (_bytes(20, 24, 2), {"planarconfig": "contig", "extrasamples": ["assocalpha"], **_GREY}),
    "bands": (_bytes(20, 24, 6), {"planarconfig": "contig", **_GREY}),
    "tags": (_bytes(20, 24), {
        "software": "scanner", "datetime": "2020:01:02 03:04:05",
        "description": "a\nb", "metadata": None,
        "extratags": [(65000, "H", 3, (1, 2, 3), True), (700, 1, 3, b"xmp", True),
                      (34675, 1, 7, b"profile", True)],
    }),
    "imagej": (_words(2, 3, 4, 20, 24), {
        "imagej": True, "resolution": (3.2, 5.1),
        "metadata": {"axes": "TZCYX", "unit": "um", "spacing": 0.3, "finterval": 2.0, "Info": "text",
                     "Labels": [f"plane {k}" for k in range(24)], "Ranges": [0.0, 9.0] * 4},
    }),
    "imagej colour": (_bytes(2, 20, 24, 3), {"imagej": True, "metadata": {"axes": "ZYXS"}}),
    "imagej in one page": (_words(5, 20, 24), {
        "imagej": True, "truncate": True, "metadata": {"axes": "ZYX"},
    }),
    "in one page": (_words(5, 20, 24), {"truncate": True, **_GREY}),
    "ome": (_words(2, 3, 20, 24), {
        "ome": True, "compression": "zlib",
        "metadata": {"axes": "CZYX", "PhysicalSizeX": 0.1, "PhysicalSizeXUnit": "\N{MICRO SIGN}m"},
    }),
    "ome colour": (_bytes(2, 20, 24, 3), {"ome": True, "photometric": "rgb", "metadata": {"axes": "TYXS"}}),
}  # fmt: skip


def _same_pixels(picture: Picture) -> Picture:
    span = choose_span(picture)
    return with_planes(picture, to_planes(picture, span), span, picture.array.dtype)


@pytest.mark.parametrize(("array", "options"), _CASES.values(), ids=_CASES.keys())
def test_everything_beside_the_pixels_is_kept(array: NDArray[Any], options: dict[str, Any]) -> None:
    tifffile.imwrite(buffer := io.BytesIO(), array, **options)
    picture = read_picture(buffer.getvalue(), "in")
    content = encode_picture(_same_pixels(picture), "tiff")
    with (
        tifffile.TiffFile(io.BytesIO(buffer.getvalue())) as before,
        tifffile.TiffFile(io.BytesIO(content)) as after,
    ):
        (one,), (other,) = before.series, after.series
        assert (other.shape, other.axes, other.dtype, other.kind) == (
            one.shape,
            one.axes,
            one.dtype,
            one.kind,
        )
        np.testing.assert_allclose(other.asarray(), array.reshape(one.shape), atol=1e-7)
        assert (after.byteorder, after.is_bigtiff) == (before.byteorder, before.is_bigtiff)
        assert after.imagej_metadata == before.imagej_metadata
        assert after.ome_metadata == before.ome_metadata
        first, second = before.pages.first, after.pages.first
        for name in (
            "compression",
            "predictor",
            "photometric",
            "planarconfig",
            "extrasamples",
            "is_tiled",
        ):
            assert getattr(second, name) == getattr(first, name), name
        if not options.get("truncate"):
            assert len(after.pages) == len(before.pages)
            assert second.description == first.description
        for code in (282, 283, 296, 305, 306, 278, 322, 700, 34675, 65000):
            assert second.tags.valueof(code) == first.tags.valueof(code), code


@pytest.mark.parametrize("name", [name for name in _CASES if name.startswith("imagej")])
def test_the_planes_of_imagej_lie_behind_each_other(name: str) -> None:
    """ImageJ takes the place of the first page, and the number of planes that the description says."""
    array, options = _CASES[name]
    tifffile.imwrite(buffer := io.BytesIO(), array, **options)
    content = encode_picture(_same_pixels(read_picture(buffer.getvalue(), "in")), "tiff")
    with tifffile.TiffFile(io.BytesIO(content)) as tiff:
        pages = [tiff.pages[k].aspage() for k in range(len(tiff.pages))]
        offsets = [page.dataoffsets[0] for page in pages]
        assert all(len(page.dataoffsets) == 1 for page in pages)
        kind = array.dtype.newbyteorder(tiff.byteorder)
    size = array[0].nbytes if name != "imagej" else array[0, 0, 0].nbytes
    assert offsets == [offsets[0] + k * size for k in range(len(offsets))]
    block = np.frombuffer(content, kind, array.size, offsets[0])
    np.testing.assert_array_equal(block, array.ravel())


@pytest.mark.parametrize(
    ("name", "channels", "copied"),
    [("colour planes", 3, 0), ("alpha", 3, 1), ("grey alpha", 1, 1), ("bands", 1, 0), ("imagej", 1, 0)],
)
def test_channels_and_alpha_are_told_apart(name: str, channels: int, copied: int) -> None:
    array, options = _CASES[name]
    tifffile.imwrite(buffer := io.BytesIO(), array, **options)
    picture = read_picture(buffer.getvalue(), "in")
    assert (picture.changing().shape[-3], picture.copied) == (channels, copied)


def test_another_type_is_told_to_ome() -> None:
    array, options = _CASES["ome"]
    tifffile.imwrite(buffer := io.BytesIO(), array, **options)
    picture = read_picture(buffer.getvalue(), "in")
    span = choose_span(picture)
    narrow = with_planes(picture, to_planes(picture, span), span, "uint8")
    with tifffile.TiffFile(io.BytesIO(encode_picture(narrow, "tiff"))) as file:
        assert file.series[0].kind == "ome"
        assert 'Type="uint8"' in (file.ome_metadata or "")
        np.testing.assert_allclose(file.asarray(), array / 257, atol=0.51)


def test_one_bit_becomes_eight() -> None:
    bits = _bytes(20, 24) > 127
    Pillow.fromarray(bits).save(buffer := io.BytesIO(), "TIFF")
    np.testing.assert_array_equal(read_picture(buffer.getvalue(), "in").array, bits * 255)


def test_what_cannot_be_read_is_named() -> None:
    lab = Pillow.frombytes("LAB", (24, 20), _bytes(20, 24, 3).tobytes())
    lab.save(buffer := io.BytesIO(), "TIFF")
    with pytest.raises(ReconError, match="in is a CIELAB TIFF; convert it"):
        read_picture(buffer.getvalue(), "in")
    with tifffile.TiffWriter(two := io.BytesIO()) as writer:
        writer.write(_bytes(20, 24))
        writer.write(_bytes(30, 24))
    with pytest.raises(ReconError, match="in holds 2 images that differ"):
        read_picture(two.getvalue(), "in")


@pytest.mark.parametrize("compression", ["lzw", "zstd", "packbits"])
def test_other_compressions_are_read_and_kept(compression: str) -> None:
    tifffile.imwrite(buffer := io.BytesIO(), _bytes(20, 24), compression=compression)
    picture = read_picture(buffer.getvalue(), "in")
    np.testing.assert_array_equal(picture.array, _bytes(20, 24))
    with tifffile.TiffFile(io.BytesIO(encode_picture(picture, "tiff"))) as file:
        assert file.pages.first.compression.name.lower() == compression
        np.testing.assert_array_equal(file.asarray(), _bytes(20, 24))


def test_an_extra_sample_that_is_not_alpha_is_data() -> None:
    bands = np.random.default_rng(0).integers(0, 256, (9, 8, 5), np.uint8)
    for extra, copied in (
        (("unspecified",) * 2, 0),
        (("unspecified", "unassalpha"), 1),
        (("unassalpha",) * 2, 2),
    ):
        tifffile.imwrite(buffer := io.BytesIO(), bands, photometric="rgb", extrasamples=extra, metadata=None)
        picture = read_picture(buffer.getvalue(), "in")
        assert (picture.copied, picture.colour) == (copied, copied == 2)
        assert picture.changing().shape == ((3, 9, 8) if copied == 2 else (5 - copied, 1, 9, 8))
        np.testing.assert_array_equal(tifffile.imread(io.BytesIO(encode_picture(picture, "tiff"))), bands)


def test_packed_12_bits_become_16() -> None:
    values = np.random.default_rng(0).integers(0, 4096, (9, 8), np.uint16)
    tifffile.imwrite(
        buffer := io.BytesIO(), values, bitspersample=12, photometric="minisblack", metadata=None
    )
    np.testing.assert_array_equal(read_picture(buffer.getvalue(), "in").array, values, strict=True)
