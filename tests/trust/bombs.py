"""Files that name other files, and small ones that would take much memory or time."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import h5py
import numpy as np

from .seeds import GREY, RGBA, picture, saved, tiff

Tag = tuple[int, int, int, bytes]
"""Code, type, number of values, and all of these."""
BYTE, SHORT, LONG = 1, 3, 4
_READERS = {"tif": "tiff", "jpg": "jpeg", "h5": "kspace fastmri"}
_NAMESPACE = "http://www.openmicroscopy.org/Schemas/OME/2016-06"


def ome_xml(file: str, text: str = "urn:uuid:2", own: str = "", planes: int = 1) -> str:
    """Return the OME-XML of GREY, whose plane is said to be in a file of this name."""
    return (
        f'<?xml version="1.0"?><OME xmlns="{_NAMESPACE}" {own}><Image ID="Image:0"><Pixels ID="Pixels:0" '
        f'DimensionOrder="XYCZT" Type="uint8" SizeX="12" SizeY="14" SizeC="1" SizeZ="1" SizeT="{planes}">'
        f'<Channel ID="Channel:0:0" SamplesPerPixel="1"/><TiffData IFD="0" PlaneCount="{planes}">'
        f'<UUID FileName="{file}">{text}</UUID></TiffData></Pixels></Image></OME>'
    )


def ome_tiff(file: str, **options: object) -> bytes:
    """Return an OME-TIFF with the XML of `ome_xml`."""
    return tiff(GREY, description=ome_xml(file, **options), metadata=None)  # type: ignore[arg-type]


def tiff_by_hand(pages: list[list[Tag]], content: bytes = b"") -> bytes:
    """Return a TIFF of these pages; equal values of tags stand in it once, after the content at byte 8."""
    places: dict[bytes, int] = {}
    body = io.BytesIO()
    body.write(content + bytes(len(content) % 2))
    for tags in pages:
        for *_, value in tags:
            if len(value) > 4 and value not in places:
                places[value] = 8 + body.tell()
                body.write(value + bytes(len(value) % 2))
    start = 8 + body.tell()
    for number, tags in enumerate(pages):
        entries = b"".join(
            struct.pack("<HHI", code, kind, count)
            + (struct.pack("<I", places[value]) if len(value) > 4 else value.ljust(4, b"\0"))
            for code, kind, count, value in sorted(tags)
        )
        after = start + 2 + len(entries) + 4
        last = number + 1 == len(pages)
        body.write(struct.pack("<H", len(tags)) + entries + struct.pack("<I", 0 if last else after))
        start = after
    return b"II*\0" + struct.pack("<I", 8 + len(body.getvalue()) - _length(pages)) + body.getvalue()


def grey_page(
    strips: list[tuple[int, int]], width: int = 16, rows: int = 16, compression: int = 1, *more: Tag
) -> list[Tag]:
    """Return the tags of a grey page of strips, each with its place and its length."""
    places, lengths = zip(*strips, strict=True)
    return [
        _numbers(256, LONG, width), _numbers(257, LONG, rows * len(strips)), _numbers(258, SHORT, 8),
        _numbers(259, SHORT, compression), _numbers(262, SHORT, 1), _numbers(273, LONG, *places),
        _numbers(277, SHORT, 1), _numbers(278, LONG, rows), _numbers(279, LONG, *lengths), *more,
    ]  # fmt: skip


def many_scans(count: int) -> bytes:
    """Return a progressive JPEG whose last scan comes so often."""
    whole = picture(RGBA[..., :3], "jpeg", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * count + whole[-2:]


def bombs() -> Iterator[tuple[str, str, bytes, str]]:
    """Return name, use, content and sentence of each, as `corpus.Malformed` has them."""
    other = "keeps planes in another file, secret.tif, which is not read; save all in one file"
    for use in ("image", "reference"):
        yield "other.tif", use, ome_tiff("secret.tif"), f"other.tif {other}"
    yield "part.tif", "image", ome_tiff("secret.tif", own='UUID="urn:uuid:1"'), f"part.tif {other}"
    strip, too_much = [(8, 256)], r" declares \d+ values; at most .*"
    shared = _numbers(65000, SHORT, *range(2**16))
    pages = tiff_by_hand([grey_page(strip, 16, 16, 1, shared)] * 100, bytes(256))
    yield "tags.tif", "image", pages, f"tags.tif{too_much}"
    tags: list[Tag] = [_numbers(code, SHORT, 1) for code in range(40_000, 45_000)]
    yield (
        "many-tags.tif",
        "image",
        tiff_by_hand([grey_page(strip, 16, 16, 1, *tags)], bytes(256)),
        "many-tags.tif is damaged: a page has 5009 tags",
    )
    long = tiff_by_hand([grey_page([(8, 2**17)] * 1000, 16, 1)], bytes(2**17))
    yield "strips.tif", "image", long, "strips.tif is damaged: its strips or tiles overlap"
    many = tiff_by_hand([grey_page([(8, 16)] * 2**14, 16, 1)], bytes(16))
    yield "many-strips.tif", "image", many, f"many-strips.tif{too_much}"
    below = _numbers(330, LONG, *[8] * 1000)
    yield (
        "below.tif",
        "image",
        tiff_by_hand([grey_page(strip, 16, 16, 1, below)], bytes(256)),
        f"below.tif{too_much}",
    )
    yield "exif.tif", "image", _exif([(37500, BYTE, 2**10, 8)] * 4000, 2**10), f"exif.tif{too_much}"
    yield (
        "deep.tif",
        "image",
        tiff_by_hand([grey_page(strip, 16, 16, 1, _numbers(330, LONG, 264))], bytes(256) + _DEEP),
        "deep.tif has pages below pages that are below others; save them separately",
    )
    tile = [_numbers(322, LONG, 60_000), _numbers(323, LONG, 60_000), _numbers(324, LONG, 8),
            _numbers(325, LONG, 256)]  # fmt: skip
    yield (
        "tile.tif",
        "image",
        tiff_by_hand([grey_page(strip, 16, 16, 8, *tile)], bytes(256)),
        f"tile.tif{too_much}",
    )
    sides = [_numbers(322, LONG, 60_000), _numbers(323, LONG, 60_000)]
    yield (
        "tile-of-strips.tif",
        "image",
        tiff_by_hand([grey_page(strip, 16, 16, 8, *sides)], bytes(256)),
        f"tile-of-strips.tif{too_much}",
    )
    deep = [_numbers(322, LONG, 16), _numbers(323, LONG, 16), *tile[2:], _numbers(32998, LONG, 2**31 - 1)]
    yield (
        "deep-tile.tif",
        "image",
        tiff_by_hand([grey_page(strip, 16, 16, 8, *deep)], bytes(256)),
        f"deep-tile.tif{too_much}",
    )
    stack = _numbers(33629, SHORT, 1)
    yield (
        "stack.tif",
        "image",
        tiff_by_hand([grey_page(strip, 16, 16, 1, stack)], bytes(256)),
        "stack.tif is a MetaMorph stack, which is not read; save it as a plain TIFF",
    )
    scans = many_scans(500)
    said = "is a JPEG of more than 100 scans, which would take hours; save it again"
    yield "scans.jpg", "image", scans, f"scans.jpg {said}"
    inside = tiff_by_hand([grey_page([(8, len(scans))], 12, 14, 7)], scans)
    yield "scans.tif", "image", inside, f"scans.tif {said}"
    yield (
        "unwritten.h5",
        "kspace",
        saved(_unwritten, ".h5"),
        r"unwritten.h5 declares \(256, 1024\) values in /kspace and holds 0 bytes of them; .*",
    )


@lru_cache
def hostile(reader: str) -> tuple[bytes, ...]:
    """Return those that a reader of `targets.TARGETS` may be given, to damage them further."""
    return tuple(content for name, _, content, _ in bombs() if _READERS[name.rsplit(".")[-1]] == reader)


def _numbers(code: int, kind: int, *values: int) -> Tag:
    width = {BYTE: "B", SHORT: "H", LONG: "I"}[kind]
    return code, kind, len(values), struct.pack(f"<{len(values)}{width}", *values)


def _exif(entries: list[tuple[int, int, int, int]], room: int) -> bytes:
    """Return a TIFF with EXIF data of tags whose values lie at the given places."""
    rows = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    directory = struct.pack("<H", len(entries)) + rows + bytes(4)
    pointer = _numbers(34665, LONG, 8 + room)
    return tiff_by_hand([grey_page([(8, 256)], 16, 16, 1, pointer)], bytes(room) + directory)


_DEEP = struct.pack("<HHHII", 1, 330, LONG, 1, 8) + bytes(4)
"""A page without pixels, which has another one below it."""


def _length(pages: list[list[Tag]]) -> int:
    return sum(6 + 12 * len(tags) for tags in pages)


def _unwritten(place: Path) -> None:
    with h5py.File(place, "w") as file:
        file.create_dataset("kspace", (256, 1024), np.complex64, chunks=(256, 1024))
